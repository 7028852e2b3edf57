package import Foundation

/// A tool of the suite that is still running, between two pipes. It is ended with the value.
package final class RunningTool {
    package let input: FileHandle
    package let output: FileHandle
    private let process = Process()

    package init(_ name: String, _ arguments: [String]) throws {
        let (inputPipe, outputPipe) = (Pipe(), Pipe())
        process.executableURL = CommandRun.toolsFolder.appendingPathComponent(name)
        process.arguments = arguments
        process.standardInput = inputPipe
        process.standardOutput = outputPipe
        try process.runUnblocked()
        (input, output) = (inputPipe.fileHandleForWriting, outputPipe.fileHandleForReading)
    }

    deinit {
        if process.isRunning { process.terminate() }
    }

    /// The next line of its output; waits for it. Nil at the end.
    package func nextLine() throws -> String? {
        var bytes = Data()
        while let byte = try output.read(upToCount: 1), !byte.isEmpty {
            if byte.first == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }

    /// Ends it by SIGKILL, and waits until it is gone.
    package func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Ends its input, and waits for its end.
    package func finish() throws -> Int32 {
        try input.close()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
