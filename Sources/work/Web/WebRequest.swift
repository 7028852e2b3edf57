internal import Records

/// A request as a web server hands it to a CGI program (RFC 3875), parsed once. What a browser says of where it comes from
/// stands in `sender`.
package struct WebRequest: Equatable, Sendable {
    package let method: String
    /// The part of the path below the program's own, as in `/bulk-download-status`.
    package let path: String
    /// The query's parameters, without their escapes.
    package let parameters: [String: String]
    package let sender: Sender
    /// What `If-None-Match` names (RFC 9110, section 13.1.2); empty where the client holds nothing.
    package let heldTags: [String]

    private static let longestQuery = 1024

    /// - Parameter variable: the environment that the server made for this request.
    package init(_ variable: (String) -> String?) throws(Refusal) {
        method = variable("REQUEST_METHOD") ?? "GET"
        path = variable("PATH_INFO") ?? ""
        let query = variable("QUERY_STRING") ?? ""
        guard query.utf8.count <= Self.longestQuery else {
            throw Refusal(.uriTooLong, "the query is longer than \(Self.longestQuery) bytes")
        }
        guard variable("CONTENT_LENGTH").map({ $0 == "0" }) ?? true, variable("HTTP_TRANSFER_ENCODING") == nil else {
            // A body that is passed over could be a `test=true` that was never heard.
            throw Refusal(.badRequest, "this takes no body: parameters stand in the query, as in '?test=true'")
        }
        parameters = try Self.parameters(query)
        sender = Sender(variable)
        heldTags = (variable("HTTP_IF_NONE_MATCH") ?? "").split(separator: ",")
            .map { tag in
                let tag = tag.drop { $0 == " " }.prefix { $0 != " " }
                return String(tag.hasPrefix("W/") ? tag.dropFirst(2) : tag)
            }
    }

    private static func parameters(_ query: String) throws(Refusal) -> [String: String] {
        var parameters: [String: String] = [:]
        for pair in query.utf8.split(separator: UInt8(ascii: "&")) {
            let name = try decoded(pair.prefix { $0 != UInt8(ascii: "=") })
            let value = try decoded(pair.drop { $0 != UInt8(ascii: "=") }.dropFirst())
            guard parameters.updateValue(value, forKey: name) == nil else {
                throw Refusal(.badRequest, "a parameter stands twice in the query")
            }
        }
        return parameters
    }

    /// A name or value as a form writes it: `+` is a space, and `%` begins an escape.
    private static func decoded(_ text: Substring.UTF8View) throws(Refusal) -> String {
        let spaced = text.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
        guard hasWholeEscapes(spaced), let decoded = String(validating: Array(PercentDecoded(spaced)), as: UTF8.self),
            !decoded.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else {
            throw Refusal(.badRequest, "the query is no text: escapes are '%' and two hexadecimal digits, of UTF-8")
        }
        return decoded
    }

    private static func hasWholeEscapes(_ text: [UInt8]) -> Bool {
        text.indices.allSatisfy { index in
            text[index] != UInt8(ascii: "%")
                || index + 2 < text.count && PercentDigits.value(text[index + 1], text[index + 2]) != nil
        }
    }
}
