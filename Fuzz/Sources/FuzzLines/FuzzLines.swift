import Glibc
import NDJSON
import POSIX
import Records

/// What libFuzzer calls: bytes as they may come from outside, read as lines, and each line scanned and copied. Ends the
/// process where something is not as the plain reference has it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzLines(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    // No more than a pipe takes.
    guard let chunk = input.first, count <= 65536 else { return 0 }
    // The first byte chooses how little is read at a time.
    checkLines(Array(input.dropFirst()), chunk: Int(chunk) + 1)
    return 0
}

// libFuzzer calls from one thread alone.
nonisolated(unsafe) private let comparison = Comparison()

private func checkLines(_ input: [UInt8], chunk: Int) {
    let lines = linesRead(from: input, chunk: chunk)
    guard lines == plainLines(of: input) else { fatalError("other lines than the plain split has") }
    for line in lines { checkLine(line) }
}

private func checkLine(_ line: [UInt8]) {
    if let difference = comparison.difference(line) { fatalError(difference) }
    guard comparison.isObject else { return }
    for removed in [[], [.path, .signedURL, .attempt]] as [[Field]] {
        if let copy = comparison.differentCopy(of: line, without: removed) { fatalError("copied as \(readable(copy))") }
    }
}

/// What `LineReader` makes of it.
private func linesRead(from input: [UInt8], chunk: Int) -> [[UInt8]] {
    var ends: [CInt] = [0, 0]
    guard pipe(&ends) == 0, write(ends[1], input, input.count) == input.count else { fatalError("no pipe") }
    close(ends[1])
    defer { close(ends[0]) }
    var reader = LineReader(ends[0], chunk: chunk)
    var lines: [[UInt8]] = []
    do throws(SystemError) {
        while let line = try reader.next() { lines.append(line.copy) }
    } catch { fatalError("\(error)") }
    return lines
}

/// The contract's sentences about lines, written down plainly.
private func plainLines(of input: [UInt8]) -> [[UInt8]] {
    let text = input.starts(with: [0xEF, 0xBB, 0xBF]) ? input.dropFirst(3) : input[...]
    return text.split(separator: 0x0A, omittingEmptySubsequences: true).compactMap { line in
        // A power cut leaves NULs where the file had grown.
        let written = line.drop { $0 == 0 }
        let line = written.last == 0x0D ? written.dropLast() : written
        return line.allSatisfy { [0x20, 0x09, 0x0D].contains($0) } ? nil : Array(line)
    }
}
