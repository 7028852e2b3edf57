@testable import Web

/// A request as a web server hands it on, with a host that is known.
func request(
    _ method: String = "GET", _ path: String = "/progress", query: String = "", _ variables: [String: String] = [:]
) throws(WebError) -> WebRequest {
    let usual = [
        "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": "127.0.0.1:8088",
        "REMOTE_ADDR": "127.0.0.1",
    ]
    let all = usual.merging(variables) { $1 }
    return try WebRequest { all[$0] }
}

/// The status that the work is refused with; nil where it is not refused.
func refusal(_ work: () throws(WebError) -> Void) -> WebStatus? {
    do throws(WebError) { try work() } catch { return error.status }
    return nil
}
