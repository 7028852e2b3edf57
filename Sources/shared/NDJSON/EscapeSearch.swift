internal import CSimdjson

extension UnsafeRawBufferPointer {
    /// Where the first byte stands, from `start` on, that has to be escaped in a string: a quotation mark, a backslash or
    /// a control character (RFC 8259, section 7). The end where there is none.
    func firstToEscape(from start: Int) -> Int {
        guard start < count, let baseAddress else { return count }
        return start + tfjson_plain_length(baseAddress.assumingMemoryBound(to: CChar.self) + start, count - start)
    }
}
