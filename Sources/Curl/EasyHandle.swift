internal import CCurl

/// Takes what a transfer brings, while it runs. Called on the thread of the multi handle.
package protocol AnswerReceiver: AnyObject {
    /// One header line, status lines included, with its line end.
    func receive(header: UnsafeRawBufferPointer)

    /// A piece of the body. False ends the transfer.
    func receive(body: UnsafeRawBufferPointer) -> Bool
}

/// What holds for every request of a handle.
package struct TransferSettings: Sendable {
    package var userAgent: String
    /// Seconds to set up a connection, for a whole transfer, and for one that brings fewer than `stallSpeed` bytes a
    /// second.
    package var connectTimeout: Double
    package var wholeTimeout: Double
    package var stallTimeout: Double
    package var stallSpeed: Int64

    package init(
        userAgent: String, connectTimeout: Double, wholeTimeout: Double, stallTimeout: Double, stallSpeed: Int64
    ) {
        self.userAgent = userAgent
        self.connectTimeout = connectTimeout
        self.wholeTimeout = wholeTimeout
        self.stallTimeout = stallTimeout
        self.stallSpeed = stallSpeed
    }
}

/// One request. `url` may hold a signature: it goes to libcurl and nowhere else.
package struct TransferRequest {
    package var url: [UInt8]
    /// Header lines beyond the usual ones, such as `If-Range: "…"`.
    package var headers: [String] = []
    /// Ask from this byte on.
    package var offset: Int64 = 0
    /// Seconds for the whole request; at most what the settings say.
    package var timeout: Double?
    /// No connection that is open already: a try after trouble should not meet the same trouble again.
    package var freshConnection = false

    package init(url: [UInt8]) { self.url = url }
}

/// Owns one easy handle of libcurl. It is used for one transfer after the other, which keeps its buffers.
@safe package final class EasyHandle {
    let handle: UnsafeMutableRawPointer
    private weak var receiver: (any AnswerReceiver)?
    private var headers: UnsafeMutablePointer<curl_slist>?
    private let wholeTimeout: Double

    /// 512 KiB: half the system calls and twice the speed of libcurl's 16 KiB for large files.
    private static let bufferSize = 512 * 1024

    package init(_ settings: TransferSettings) {
        guard let handle = unsafe curl_easy_init() else { fatalError("no memory for a transfer") }
        unsafe self.handle = unsafe handle
        wholeTimeout = settings.wholeTimeout
        unsafe set(CURLOPT_PRIVATE, pointer: Unmanaged.passUnretained(self).toOpaque())
        setBehaviour()
        setLimits(settings)
        setCallbacks()
        set(CURLOPT_USERAGENT, settings.userAgent)
    }

    deinit {
        unsafe curl_easy_cleanup(handle)
        unsafe curl_slist_free_all(headers)
    }

    /// Makes the handle ready for its next request. The receiver has to live until the transfer has ended.
    package func prepare(_ request: TransferRequest, receiver: any AnswerReceiver) {
        self.receiver = receiver
        var url = request.url
        url.append(0)
        unsafe url.withUnsafeBytes { bytes in
            _ = unsafe tfcurl_set_string(handle, CURLOPT_URL, bytes.baseAddress?.assumingMemoryBound(to: CChar.self))
        }
        setHeaders(request.headers)
        set(CURLOPT_TIMEOUT_MS, Int((request.timeout ?? wholeTimeout) * 1000))
        // Over TLS the first connection may turn out to be HTTP/2, and take all; a plain one never does.
        set(CURLOPT_PIPEWAIT, url.starts(with: "https".utf8) ? 1 : 0)
        set(CURLOPT_FRESH_CONNECT, request.freshConnection ? 1 : 0)
        set(CURLOPT_RANGE, request.offset > 0 ? "\(request.offset)-" : nil)
    }

    /// The status of the answer; 0 before there is one.
    package var httpStatus: Int {
        var status = 0
        _ = unsafe tfcurl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
        return status
    }

    /// Whether the connection ever stood, so that a request could go out.
    package var wasConnected: Bool {
        var microseconds: curl_off_t = 0
        _ = unsafe tfcurl_get_offset(handle, CURLINFO_PRETRANSFER_TIME_T, &microseconds)
        return microseconds > 0
    }

    private func setBehaviour() {
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_BUFFERSIZE, Self.bufferSize)
        // `..` in a signed URL is part of what was signed.
        set(CURLOPT_PATH_AS_IS, 1)
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        // Leaving must not wait for a name server.
        set(CURLOPT_QUICK_EXIT, 1)
        set(CURLOPT_TCP_KEEPALIVE, 1)
    }

    private func setLimits(_ settings: TransferSettings) {
        set(CURLOPT_CONNECTTIMEOUT_MS, Int(settings.connectTimeout * 1000))
        set(CURLOPT_LOW_SPEED_LIMIT, Int(settings.stallSpeed))
        set(CURLOPT_LOW_SPEED_TIME, Int(settings.stallTimeout.rounded(.up)))
    }

    private func setCallbacks() {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe set(CURLOPT_WRITEDATA, pointer: context)
        unsafe set(CURLOPT_HEADERDATA, pointer: context)
        _ = unsafe tfcurl_set_data_callback(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            let body = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
            let receiver = unsafe EasyHandle.owner(context).receiver
            return unsafe receiver?.receive(body: body) == true ? body.count : 0
        }
        _ = unsafe tfcurl_set_data_callback(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            let header = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
            unsafe EasyHandle.owner(context).receiver?.receive(header: header)
            return header.count
        }
    }

    static func owner(_ context: UnsafeMutableRawPointer?) -> EasyHandle {
        unsafe Unmanaged<EasyHandle>.fromOpaque(context!).takeUnretainedValue()
    }

    private func setHeaders(_ lines: [String]) {
        var list: UnsafeMutablePointer<curl_slist>?
        // A video that arrives compressed would not be the bytes that were promised.
        for line in ["Accept-Encoding: identity"] + lines { unsafe list = unsafe curl_slist_append(list, line) }
        _ = unsafe tfcurl_set_pointer(handle, CURLOPT_HTTPHEADER, list)
        unsafe curl_slist_free_all(headers)
        unsafe headers = unsafe list
    }

    private func set(_ option: CURLoption, _ value: Int) { _ = unsafe tfcurl_set_long(handle, option, value) }

    private func set(_ option: CURLoption, _ value: String?) { _ = unsafe tfcurl_set_string(handle, option, value) }

    private func set(_ option: CURLoption, pointer: UnsafeMutableRawPointer) {
        _ = unsafe tfcurl_set_pointer(handle, option, pointer)
    }
}
