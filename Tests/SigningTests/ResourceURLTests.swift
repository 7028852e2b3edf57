import Signing
import Testing

@Suite struct ResourceURLTests {
    @Test(
        "a URL is refused for its reason",
        arguments: [
            ("", .notHTTP), ("/a.mp4", .notHTTP), ("ftp://h/a", .notHTTP), ("https:/h/a", .notHTTP),
            ("httpss://h/a", .notHTTP), (" https://h/a", .notHTTP), ("javascript:alert(1)", .notHTTP),
            ("https://", .noHost), ("https:///a", .noHost), ("https://?x", .noHost),
            ("http://:80/a", .noHost),
            ("https://user@h/a", .userInfo), ("https://user:word@h/a", .userInfo),
            ("https://@h/a", .userInfo),
            ("https://h/a#t=10", .fragment), ("https://h/a#", .fragment),
            ("https://h/a b", .badByte("20")), ("https://h/\"}]}", .badByte("22")),
            ("https://h/a\\b", .badByte("5c")),
            ("https://h/a\n", .badByte("a")), ("https://h/\u{0}", .badByte("0")),
            ("https://h/a\u{7F}", .badByte("7f")),
            ("https://h/é", .badByte("c3")), ("https://ü/a", .badByte("c3")),
            ("https://h/a?Expires=1&Signature=x&Key-Pair-Id=K", .alreadySigned("expires")),
            ("https://h/a?x=1&SIGNATURE=", .alreadySigned("signature")),
            ("https://h/a?policy", .alreadySigned("policy")),
            ("https://h/a?X-Amz-Signature=1", .alreadySigned("x-amz-signature")),
        ] as [(String, ResourceURLError)])
    func refused(url: String, reason: ResourceURLError) {
        #expect(throws: reason) { try ResourceURL(onTheWire: url.utf8) }
    }

    @Test(
        "what is fit to be signed is left as it is",
        arguments: [
            "https://h/a.mp4", "HTTP://H/", "http://h", "https://h:8443/a", "https://[2001:db8::1]/a",
            "https://h/a%20b",
            "https://h/a/../b/./c", "https://h//a", "https://h/a'(b)*!,;:@&=+$", "https://h/%2e%2E/%zz",
            "https://h/a?signatures=1&my-expires=2",
        ])
    func taken(url: String) throws {
        let taken = try ResourceURL(onTheWire: url.utf8)
        #expect(String(decoding: taken.bytes, as: UTF8.self) == url)
        #expect(taken.hasQuery == url.contains("?"))
    }

    @Test("only unreserved characters and the slash of a key stay, whatever the byte")
    func everyByte() throws {
        let kept = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/".utf8)
        let base = try BaseURL("https://h")
        for byte in UInt8.min ... .max {
            let digits = Array("0123456789ABCDEF")
            let character = String(UnicodeScalar(byte))
            let expected =
                kept.contains(byte) ? character : "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            #expect(try encoded([byte], below: base) == "https://h/\(expected)")
        }
    }

    @Test(
        "a key is put below the base URL with one slash, and is not encoded twice or resolved",
        arguments: [
            ("https://h", "a.mp4", "https://h/a.mp4"), ("https://h/", "a.mp4", "https://h/a.mp4"),
            ("https://h/x//", "a.mp4", "https://h/x/a.mp4"), ("https://h", "/a.mp4", "https://h//a.mp4"),
            ("https://h", "50%.mp4", "https://h/50%25.mp4"), ("https://h", "a%20b", "https://h/a%2520b"),
            ("https://h", "a/../b?c#d", "https://h/a/../b%3Fc%23d"),
            ("https://h", "💥", "https://h/%F0%9F%92%A5"),
        ])
    func key(base: String, key: String, expected: String) throws {
        #expect(try encoded(Array(key.utf8), below: BaseURL(base)) == expected)
    }

    @Test("an empty key, which is the folder itself, is refused")
    func emptyKey() throws {
        let base = try BaseURL("https://h")
        #expect(throws: ResourceURLError.emptyKey) { try encoded([], below: base) }
    }

    @Test(
        "a base URL with anything behind its path is refused, and one that could not be signed",
        arguments: [
            ("https://h/?a=1", .query), ("https://h?", .query), ("https://h/#x", .fragment), ("h/a", .notHTTP),
            ("https://u:p@h", .userInfo), ("https://h/a b", .badByte("20")),
        ] as [(String, ResourceURLError)])
    func badBase(text: String, reason: ResourceURLError) {
        #expect(throws: reason) { try BaseURL(text) }
    }

    private func encoded(_ key: [UInt8], below base: BaseURL) throws -> String {
        try key.withUnsafeBytes { String(decoding: try base.url(key: $0).bytes, as: UTF8.self) }
    }
}
