internal import CCurl
internal import Glibc

/// Takes what a transfer brings, while it runs. Called on the thread of the multi handle.
package protocol AnswerReceiver: AnyObject {
    /// One header line, status lines included, with its line end.
    func receive(header: UnsafeRawBufferPointer)

    /// A piece of the body. False ends the transfer.
    func receive(body: UnsafeRawBufferPointer) -> Bool
}

/// Owns one easy handle of libcurl. It is used for one transfer after the other, which keeps its buffers.
@safe package final class EasyHandle {
    let handle: UnsafeMutableRawPointer
    /// Who gets the answer, until the transfer is taken out of its multi handle.
    private(set) var receiver: (any AnswerReceiver)?
    private var headers: UnsafeMutablePointer<curl_slist>?
    private var headerLines: [String]?
    /// The parts of the request's URL. Where they are given, libcurl does not make a text of them again.
    private let address: OpaquePointer
    /// libcurl keeps it from one request to the next.
    private var method = TransferRequest.Method.get
    private var httpVersion: TransferSettings.HTTPVersion?
    private var settings: TransferSettings
    /// What libcurl says of a failure beyond its code. It has to stay where it is as long as the handle.
    private let errorText: UnsafeMutablePointer<CChar>
    /// Seconds for the request, and to connect.
    private var limits = (whole: 0.0, connect: 0.0)
    /// Where it runs.
    weak var multi: MultiHandle?
    private var bufferSize = 0

    /// Seconds after which a name is looked up again, and a connection not used for a further request: a long run
    /// follows the origin's addresses, and spreads over them.
    private static let longestNameUse = 60
    private static let longestConnectionUse = 300

    package init(_ settings: TransferSettings) {
        guard let handle = unsafe curl_easy_init(), let address = unsafe curl_url() else {
            fatalError("no memory for a transfer")
        }
        unsafe (self.handle, self.address) = (handle, address)
        self.settings = settings
        unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        unsafe set(CURLOPT_ERRORBUFFER, pointer: errorText)
        unsafe set(CURLOPT_PRIVATE, pointer: Unmanaged.passUnretained(self).toOpaque())
        setBehaviour()
        setLimits(settings)
        setNetwork(settings)
        setCallbacks()
    }

    deinit {
        unsafe curl_easy_cleanup(handle)
        unsafe curl_url_cleanup(address)
        unsafe errorText.deallocate()
        unsafe curl_slist_free_all(headers)
    }

    /// Makes the handle ready for its next request.
    package func prepare(_ request: TransferRequest, receiver: any AnswerReceiver) {
        self.receiver = receiver
        setURL(request.url)
        setMethod(request.method)
        setHeaders(request.headers)
        setLimits(whole: request.timeout ?? settings.wholeTimeout, connect: settings.connectTimeout)
        bufferSize = min(request.bufferSize, settings.bufferSize)
        setBufferSize(bufferSize)
        let version = settings.httpVersion == .any && request.ownConnection ? .one : settings.httpVersion
        setHTTPVersion(version)
        // Over TLS the first connection may turn out to be HTTP/2, and take all; a plain one never does.
        set(CURLOPT_PIPEWAIT, version != .one && request.url.starts(with: "https".utf8) ? 1 : 0)
        set(CURLOPT_FRESH_CONNECT, request.freshConnection ? 1 : 0)
        set(CURLOPT_DNS_CACHE_TIMEOUT, request.freshConnection ? 0 : Self.longestNameUse)
        let last = request.end.map { "\($0 - 1)" } ?? ""
        set(CURLOPT_RANGE, request.offset > 0 ? "\(request.offset)-\(last)" : nil)
    }

    /// Other settings from now on, as far as they concern the speed. A transfer that runs keeps its buffer.
    package func adjust(_ settings: TransferSettings) {
        self.settings = settings
        setLimits(settings)
    }

    // MARK: - Pauses

    /// Whether it may be told to pause: over HTTP/2 libcurl would take what comes meanwhile into memory.
    private var mayPause: Bool {
        var version = 0
        _ = unsafe tfcurl_get_long(handle, CURLINFO_HTTP_VERSION, &version)
        return version == CURL_HTTP_VERSION_1_0 || version == CURL_HTTP_VERSION_1_1
    }

    /// Whether it takes more in one go than the settings have it by now, and can be held back.
    var isToBeHeld: Bool { bufferSize > settings.bufferSize && mayPause }

    /// False where it has not begun yet, and so cannot.
    func pause() -> Bool { unsafe curl_easy_pause(handle, CURLPAUSE_RECV) == CURLE_OK }

    /// It goes on with the next `perform`.
    func resume() { _ = unsafe curl_easy_pause(handle, CURLPAUSE_CONT) }

    /// libcurl reads from a socket time and again as long as it has more. It stops where no more may be taken, but never
    /// after a few bytes: for libcurl a transfer that pauses is not stalled.
    private func pauseIfNeeded(after count: Int) {
        guard count >= Self.largePiece, let multi, !multi.mayTakeMore, mayPause else { return }
        multi.hold(self)
    }

    /// As many bytes of a body as libcurl gives at once.
    private static let largePiece = 16 * 1024

    /// Forgets who got the answer of the transfer that has ended.
    func detach() { receiver = nil }

    /// Gives the transfer that runs more time, as the process was stopped for so many seconds. It may be slow as long as
    /// any other: libcurl measures its speed again.
    func extendLimits(by seconds: Double) {
        setLimits(whole: limits.whole + seconds, connect: limits.connect + seconds)
    }

    private func setLimits(whole: Double, connect: Double) {
        limits = (whole, connect)
        set(CURLOPT_TIMEOUT_MS, Self.milliseconds(whole))
        set(CURLOPT_CONNECTTIMEOUT_MS, Self.milliseconds(connect))
    }

    /// The status of the answer; 0 before there is one.
    package var httpStatus: Int {
        var status = 0
        _ = unsafe tfcurl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
        return status
    }

    /// What became of a transfer that has ended with `code`; nil where nothing is wrong.
    func failure(_ code: CURLcode) -> CurlFailure? {
        guard code != CURLE_OK else { return nil }
        var systemError = 0
        _ = unsafe tfcurl_get_long(handle, CURLINFO_OS_ERRNO, &systemError)
        let details = unsafe String(cString: errorText)
        return CurlFailure(code: Int(code.rawValue), details: details, systemError: Int32(systemError))
    }

    /// Whether there was ever a connection, so that a request could go out.
    package var wasConnected: Bool {
        var microseconds: curl_off_t = 0
        _ = unsafe tfcurl_get_offset(handle, CURLINFO_PRETRANSFER_TIME_T, &microseconds)
        return microseconds > 0
    }

    /// Where the answer redirects to, made absolute; it may carry a signature. Nil where it does not.
    package var redirectURL: [UInt8]? {
        var text: UnsafePointer<CChar>?
        _ = unsafe tfcurl_get_string(handle, CURLINFO_REDIRECT_URL, &text)
        return unsafe text.map { unsafe Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
    }

    private func setBehaviour() {
        set(CURLOPT_NOSIGNAL, 1)
        // `..` in a signed URL is part of what was signed.
        set(CURLOPT_PATH_AS_IS, 1)
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        // What a proxy says of the tunnel through it is not the origin's answer.
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        // Leaving must not wait for a name server.
        set(CURLOPT_QUICK_EXIT, 1)
        set(CURLOPT_TCP_KEEPALIVE, 1)
    }

    private func setLimits(_ settings: TransferSettings) {
        set(CURLOPT_LOW_SPEED_LIMIT, Int(settings.stallSpeed))
        set(CURLOPT_LOW_SPEED_TIME, Int(settings.stallTimeout.rounded(.up)))
    }

    private func setNetwork(_ settings: TransferSettings) {
        if settings.hasProxy { set(CURLOPT_USERAGENT, settings.userAgent) } else { set(CURLOPT_PROXY, "") }
        if let file = settings.trust.file { set(CURLOPT_CAINFO, file) }
        if let folder = settings.trust.folder {
            set(CURLOPT_CAPATH, folder)
            // As the command has it, the folder is a proxy's too.
            set(CURLOPT_PROXY_CAPATH, folder)
        }
        set(CURLOPT_IPRESOLVE, settings.addressFamily.curl)
        set(CURLOPT_DNS_SHUFFLE_ADDRESSES, 1)
        set(CURLOPT_MAXLIFETIME_CONN, Self.longestConnectionUse)
    }

    private func setCallbacks() {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe set(CURLOPT_WRITEDATA, pointer: context)
        unsafe set(CURLOPT_HEADERDATA, pointer: context)
        unsafe Self.check(
            tfcurl_set_data_callback(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
                let body = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
                return unsafe Unmanaged<EasyHandle>.fromOpaque(context!)._withUnsafeGuaranteedRef { easy in
                    guard unsafe easy.receiver?.receive(body: body) == true else { return 0 }
                    easy.pauseIfNeeded(after: body.count)
                    return body.count
                }
            })
        unsafe Self.check(
            tfcurl_set_data_callback(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
                let header = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
                unsafe Unmanaged<EasyHandle>.fromOpaque(context!)._withUnsafeGuaranteedRef { easy in
                    unsafe easy.receiver?.receive(header: header)
                }
                return header.count
            })
    }

    static func owner(_ context: UnsafeMutableRawPointer?) -> EasyHandle {
        unsafe Unmanaged<EasyHandle>.fromOpaque(context!).takeUnretainedValue()
    }

    private func setHeaders(_ lines: [String]) {
        guard lines != headerLines else { return }
        headerLines = lines
        var list: UnsafeMutablePointer<curl_slist>?
        // A video that arrives compressed would not be the bytes that were promised.
        var all = ["Accept-Encoding: identity"] + lines
        // libcurl writes its own one twice, which is for proxies.
        if !settings.hasProxy && !settings.userAgent.isEmpty { all.append("User-Agent: \(settings.userAgent)") }
        for line in all {
            guard let longer = unsafe curl_slist_append(list, line) else { fatalError("no memory for a header") }
            unsafe list = unsafe longer
        }
        unsafe Self.check(tfcurl_set_pointer(handle, CURLOPT_HTTPHEADER, list))
        unsafe curl_slist_free_all(headers)
        unsafe headers = unsafe list
    }

    private func setHTTPVersion(_ wanted: TransferSettings.HTTPVersion) {
        guard wanted != httpVersion else { return }
        httpVersion = wanted
        set(CURLOPT_HTTP_VERSION, wanted.curl)
    }

    /// As libcurl reads it, it stays as it is: the signature is of these bytes.
    private func setURL(_ url: [UInt8]) {
        unsafe (url + [0]).withUnsafeBytes { bytes in
            let text = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            unsafe Self.check(tfcurl_set_string(handle, CURLOPT_URL, text))
            let flags = UInt32(CURLU_NON_SUPPORT_SCHEME | CURLU_PATH_AS_IS)
            // Others would be taken as relative to the last one; libcurl says itself what is wrong with them.
            let isUsual = url.starts(with: "http://".utf8) || url.starts(with: "https://".utf8)
            let hasParts = unsafe isUsual && curl_url_set(address, CURLUPART_URL, text, flags) == CURLUE_OK
            unsafe Self.check(tfcurl_set_pointer(handle, CURLOPT_CURLU, hasParts ? .init(address) : nil))
        }
    }

    private func setMethod(_ wanted: TransferRequest.Method) {
        guard wanted != method else { return }
        method = wanted
        // This also forgets an earlier body.
        set(CURLOPT_HTTPGET, 1)
        set(CURLOPT_CUSTOMREQUEST, wanted == .put ? "PUT" : nil)
        switch wanted {
        case .get: return
        case .post(let body): setBody(body)
        case .put: setBody([])
        }
    }

    /// libcurl makes a copy.
    private func setBody(_ body: [UInt8]) {
        set(CURLOPT_POST, 1)
        unsafe Self.check(tfcurl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
        // No bytes at all would mean that they come from elsewhere.
        unsafe (body + [0]).withUnsafeBytes { bytes in
            let text = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            unsafe Self.check(tfcurl_set_string(handle, CURLOPT_COPYPOSTFIELDS, text))
        }
    }

    /// A handle that has spoken HTTP/2 keeps its buffer, and refuses another: as a hint it is not worth a new handle.
    private func setBufferSize(_ bytes: Int) { _ = unsafe tfcurl_set_long(handle, CURLOPT_BUFFERSIZE, bytes) }

    private func set(_ option: CURLoption, _ value: Int) { unsafe Self.check(tfcurl_set_long(handle, option, value)) }

    private func set(_ option: CURLoption, _ value: String?) {
        unsafe Self.check(tfcurl_set_string(handle, option, value))
    }

    private func set(_ option: CURLoption, pointer: UnsafeMutableRawPointer) {
        unsafe Self.check(tfcurl_set_pointer(handle, option, pointer))
    }

    /// An option that is not taken would be a limit or a guard that silently does not hold.
    private static func check(_ code: CURLcode) {
        guard code == CURLE_OK else {
            fatalError("libcurl refuses an option: \(unsafe String(cString: curl_easy_strerror(code)))")
        }
    }

    /// libcurl counts them in 31 bits, which are 24 days.
    private static func milliseconds(_ seconds: Double) -> Int { Int(min(seconds * 1000, Double(Int32.max))) }
}
