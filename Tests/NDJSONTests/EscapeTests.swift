import NDJSON
import Testing

@Suite struct EscapeTests {
    @Test("every byte is escaped or kept as JSON wants it, wherever it is among others")
    func everyByteEverywhere() {
        for byte in UInt8.min ... .max {
            for length in [1, 31, 32, 33] {
                for place in 0..<length {
                    var text = [UInt8](repeating: UInt8(ascii: "x"), count: length)
                    text[place] = byte
                    let expected = [0x22] + text.flatMap(escaped) + [0x22]
                    #expect(quoted(text) == expected, "byte \(byte) at \(place) of \(length)")
                }
            }
        }
    }

    @Test(
        "neighbours do not hide each other", arguments: ["\"\"", "\\\"", "\u{1F}\u{20}\u{21}\u{22}\u{23}", "\n\r\t\0"])
    func neighbours(text: String) {
        let bytes = Array((text + "€" + text + "plain text" + text).utf8)
        #expect(quoted(bytes) == [0x22] + bytes.flatMap(escaped) + [0x22])
    }

    private func quoted(_ text: [UInt8]) -> [UInt8] {
        var buffer = LineBuffer()
        text.withUnsafeBytes { buffer.quote(utf8: $0) }
        return buffer.bytes
    }

    /// RFC 8259, section 7, byte by byte.
    private func escaped(_ byte: UInt8) -> [UInt8] {
        switch byte {
        case 0x22: Array("\\\"".utf8)
        case 0x5C: Array("\\\\".utf8)
        case 0x0A: Array("\\n".utf8)
        case 0x0D: Array("\\r".utf8)
        case 0x09: Array("\\t".utf8)
        case 0..<0x20: Array("\\u00".utf8) + Array((byte < 16 ? "0" : "").utf8) + Array(String(byte, radix: 16).utf8)
        default: [byte]
        }
    }
}
