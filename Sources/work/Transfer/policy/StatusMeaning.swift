internal import Records

/// What a status means for a file that was asked for: the code of the result, whose fault it is, and why. All of IANA's
/// registry (iana.org/assignments/http-status-codes), and the numbers besides it that servers and proxies are known for.
struct StatusMeaning {
    let status: Int
    let code: ErrorCode
    let owner: FaultOwner
    /// Ends the sentence "the origin answered 404: …".
    let reason: String

    /// A status that is not in the table counts as the first of its class (RFC 9110, section 15).
    static func of(_ status: Int) -> StatusMeaning {
        byStatus[status] ?? byStatus[status / 100 * 100]
            ?? StatusMeaning(status, .badAnswer, .host, "this is not a status of HTTP")
    }

    private init(_ status: Int, _ code: ErrorCode, _ owner: FaultOwner, _ reason: String) {
        (self.status, self.code, self.owner, self.reason) = (status, code, owner, reason)
    }

    private static let byStatus = Dictionary(uniqueKeysWithValues: all.map { ($0.status, $0) })

    static let all = interim + successes + redirects + clientErrors + serverErrors + unregistered

    /// They come before an answer, and never are one.
    private static let interim = [
        StatusMeaning(100, .badAnswer, .host, "no answer followed"),
        StatusMeaning(101, .badAnswer, .host, "it changed the protocol without being asked"),
        StatusMeaning(102, .badAnswer, .host, "no answer followed"),
        StatusMeaning(103, .badAnswer, .host, "no answer followed"),
        StatusMeaning(104, .badAnswer, .host, "no answer followed"),
    ]

    /// 200 and 206 are judged by their ranges; here they mean what else begins with 2.
    private static let successes = [
        StatusMeaning(200, .badAnswer, .host, "it brings no video"),
        StatusMeaning(201, .badAnswer, .host, "it brings no video"),
        StatusMeaning(202, .badAnswer, .host, "the file is not ready yet"),
        StatusMeaning(203, .badAnswer, .way, "a proxy on the way has changed the content"),
        StatusMeaning(204, .badAnswer, .record, "it brings no video"),
        StatusMeaning(205, .badAnswer, .record, "it brings no video"),
        StatusMeaning(206, .badAnswer, .host, "it brings no video"),
        StatusMeaning(207, .badAnswer, .host, "it brings no video"),
        StatusMeaning(208, .badAnswer, .host, "it brings no video"),
        StatusMeaning(226, .badAnswer, .host, "it sent changes to a file without being asked"),
    ]

    /// Those that tell where to go on were followed, or `HostPolicy` says why not.
    private static let redirects = [
        StatusMeaning(300, .badRequest, .record, "it offers several files, and says of none that it is the one"),
        StatusMeaning(301, .badRequest, .host, "it does not say where to go on"),
        StatusMeaning(302, .badRequest, .host, "it does not say where to go on"),
        StatusMeaning(303, .badRequest, .host, "it does not say where to go on"),
        StatusMeaning(304, .badAnswer, .way, "it was not asked whether the file has changed: a cache is confused"),
        StatusMeaning(305, .badRequest, .way, "it wants a proxy to be used"),
        StatusMeaning(306, .badRequest, .host, "this status is not used any more"),
        StatusMeaning(307, .badRequest, .host, "it does not say where to go on"),
        StatusMeaning(308, .badRequest, .host, "it does not say where to go on"),
    ]

    private static let clientErrors = [
        StatusMeaning(400, .badRequest, .record, "it does not understand the URL"),
        StatusMeaning(401, .forbidden, .credentials, "the URL does not open the file"),
        StatusMeaning(402, .badRequest, .credentials, "it wants to be paid: ask who owns the account"),
        StatusMeaning(403, .forbidden, .credentials, "the URL does not open the file"),
        StatusMeaning(404, .notFound, .record, "it has no such file: check 'key'"),
        StatusMeaning(405, .badRequest, .record, "this URL cannot be downloaded"),
        StatusMeaning(406, .badRequest, .record, "it has the file in no form that was asked for"),
        StatusMeaning(407, .badRequest, .way, "a proxy wants a user and a password: set them in 'https_proxy'"),
        StatusMeaning(408, .timeout, .host, "the request took too long to arrive"),
        StatusMeaning(409, .badRequest, .host, "something else is being done to the file"),
        StatusMeaning(410, .notFound, .record, "the file was removed for good"),
        StatusMeaning(411, .badRequest, .host, "it wants the length of a request that has no body"),
        StatusMeaning(412, .badRequest, .host, "it refuses a condition that is none"),
        StatusMeaning(413, .badRequest, .host, "it takes a request without a body for too large"),
        StatusMeaning(414, .badRequest, .record, "the URL is too long"),
        StatusMeaning(415, .badRequest, .host, "it looks for a body in a request that has none"),
        StatusMeaning(416, .badAnswer, .host, "it does not have the range that was asked for"),
        StatusMeaning(417, .badRequest, .way, "something on the way expects what was not promised"),
        StatusMeaning(418, .badRequest, .host, "it does not serve this client"),
        // Section 15.5.20: the client may ask again on another connection.
        StatusMeaning(421, .badAnswer, .host, "this connection is not for this host"),
        StatusMeaning(422, .badRequest, .record, "it cannot process the URL"),
        StatusMeaning(423, .badRequest, .host, "the file is locked"),
        StatusMeaning(424, .badRequest, .host, "something that it depends on failed"),
        // RFC 8470: ask again once the handshake is complete.
        StatusMeaning(425, .badAnswer, .host, "the request came too early"),
        StatusMeaning(426, .badRequest, .host, "it wants another version of HTTP: see --http-version"),
        StatusMeaning(428, .badRequest, .host, "it wants a condition"),
        StatusMeaning(429, .rateLimited, .host, "it is asked too often"),
        StatusMeaning(431, .badRequest, .record, "the request is too long: its URL, perhaps"),
        StatusMeaning(451, .badRequest, .record, "the law forbids it to serve the file here"),
    ]

    private static let serverErrors = [
        StatusMeaning(500, .serverError, .host, "it failed"),
        StatusMeaning(501, .serverError, .host, "it cannot do what was asked"),
        StatusMeaning(502, .serverError, .host, "a server behind it gave a bad answer"),
        StatusMeaning(503, .serverError, .host, "it is overloaded, or being worked on"),
        StatusMeaning(504, .serverError, .host, "a server behind it gave no answer"),
        StatusMeaning(505, .serverError, .host, "it does not speak this version of HTTP: see --http-version"),
        StatusMeaning(506, .serverError, .host, "it is set up wrongly"),
        StatusMeaning(507, .serverError, .host, "it has no space left"),
        StatusMeaning(508, .serverError, .host, "it goes round in circles"),
        StatusMeaning(510, .serverError, .host, "it wants an extension of HTTP"),
        StatusMeaning(511, .serverError, .way, "this network wants a login first: open any page in a browser"),
    ]

    /// What nginx, Cloudflare, load balancers, frameworks and proxies made up.
    private static let unregistered = [
        StatusMeaning(419, .badRequest, .credentials, "the session has expired"),
        StatusMeaning(420, .rateLimited, .host, "it is asked too often"),
        StatusMeaning(430, .rateLimited, .host, "it is asked too often"),
        StatusMeaning(440, .badRequest, .credentials, "the session has expired"),
        StatusMeaning(444, .badRequest, .host, "it refuses to answer"),
        StatusMeaning(449, .badRequest, .host, "it wants something more"),
        StatusMeaning(450, .badRequest, .way, "a filter on the way blocks this host"),
        StatusMeaning(460, .badRequest, .host, "its load balancer lost the connection"),
        StatusMeaning(463, .badRequest, .way, "too many proxies are on the way"),
        StatusMeaning(464, .badRequest, .host, "its load balancer wants another version of HTTP: see --http-version"),
        StatusMeaning(494, .badRequest, .record, "the request is too long: its URL, perhaps"),
        StatusMeaning(495, .badRequest, .credentials, "it does not believe the client's certificate"),
        StatusMeaning(496, .badRequest, .credentials, "it wants a client's certificate"),
        StatusMeaning(497, .badRequest, .credentials, "the URL says http, and this port speaks https"),
        StatusMeaning(498, .badRequest, .credentials, "the token in the URL has expired, or is not valid"),
        StatusMeaning(499, .badRequest, .host, "it lost the connection"),
        StatusMeaning(509, .rateLimited, .host, "its traffic for this month is used up"),
        StatusMeaning(520, .serverError, .host, "the server behind Cloudflare gave an invalid answer"),
        StatusMeaning(521, .serverError, .host, "the server behind Cloudflare is down"),
        StatusMeaning(522, .serverError, .host, "the server behind Cloudflare takes no connection"),
        StatusMeaning(523, .serverError, .host, "the server behind Cloudflare cannot be reached"),
        StatusMeaning(524, .serverError, .host, "the server behind Cloudflare is too slow"),
        StatusMeaning(525, .serverError, .host, "Cloudflare and the server behind it have no TLS in common"),
        StatusMeaning(526, .serverError, .host, "Cloudflare does not believe the certificate of the server behind it"),
        StatusMeaning(527, .serverError, .host, "Cloudflare lost the server behind it"),
        StatusMeaning(529, .rateLimited, .host, "it is overloaded"),
        StatusMeaning(530, .serverError, .host, "Cloudflare does not find the server behind it"),
        StatusMeaning(561, .serverError, .credentials, "its load balancer does not know who asks"),
        StatusMeaning(598, .serverError, .way, "a proxy waited too long for the host"),
        StatusMeaning(599, .serverError, .way, "a proxy waited too long for a connection to the host"),
    ]
}
