/// Sends the body compressed, whether the client takes that or not.
package struct Gzip: Fault {
    package static let help = (form: "gzip", text: "the body in an envelope of gzip")

    package init() {}

    package init?(parsing text: String) {
        guard text == "gzip" else { return nil }
    }

    package func alter(_ answer: inout OriginAnswer) {
        guard let body = try? answer.source.bytes(answer.range) else { return }
        let packed = Self.pack(body)
        (answer.source, answer.range) = (BytesInMemory(packed), 0..<Int64(packed.count))
        answer.headers["Content-Encoding"] = "gzip"
    }

    /// One member (RFC 1952) of stored blocks (RFC 1951, 3.2.4): videos do not get smaller anyway.
    static func pack(_ body: [UInt8]) -> [UInt8] {
        var packed: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
        var rest = body[...]
        repeat {
            let block = rest.prefix(0xFFFF)
            rest = rest.dropFirst(block.count)
            let length = UInt16(block.count)
            packed += [rest.isEmpty ? 1 : 0] + littleEndian(length) + littleEndian(~length) + block
        } while !rest.isEmpty
        return packed + littleEndian(checksum(body)) + littleEndian(UInt32(truncatingIfNeeded: body.count))
    }

    /// CRC-32 as RFC 1952 has it.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum = UInt32.max
        for byte in bytes { sum = sum >> 8 ^ remainders[Int((sum ^ UInt32(byte)) & 0xFF)] }
        return ~sum
    }

    private static let remainders: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(byte) { sum, _ in sum >> 1 ^ (sum & 1 == 1 ? 0xEDB8_8320 : 0) }
    }

    private static func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
}
