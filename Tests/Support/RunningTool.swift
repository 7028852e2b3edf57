package import Foundation

/// A tool of the suite that is still running, between two pipes. It is ended with the value.
package final class RunningTool {
    package let input: FileHandle
    package let output: FileHandle
    private let process = Process()

    /// - Parameters:
    ///   - errors: takes its standard error; without it that is the test's own.
    ///   - environment: what is added to the test's own.
    package init(
        _ name: String, _ arguments: [String], errors: Pipe? = nil, environment: [String: String] = [:]
    ) throws {
        let (inputPipe, outputPipe) = (Pipe(), Pipe())
        process.executableURL = CommandRun.toolsFolder.appendingPathComponent(name)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = inputPipe
        process.standardOutput = outputPipe
        if let errors { process.standardError = errors }
        try process.runUnblocked()
        (input, output) = (inputPipe.fileHandleForWriting, outputPipe.fileHandleForReading)
    }

    deinit {
        if process.isRunning { process.terminate() }
    }

    /// The next line of its output; waits for it, for as long as a test waits. Nil at the end.
    package func nextLine() throws -> String? { try Self.nextLine(of: output) }

    package static func nextLine(of output: FileHandle) throws -> String? {
        var bytes = Data()
        while true {
            try waitForInput(of: output.fileDescriptor)
            guard let byte = try output.read(upToCount: 1), !byte.isEmpty else { break }
            if byte.first == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }

    package var processID: Int32 { process.processIdentifier }

    /// Ends it by SIGTERM, and waits for its end.
    package func terminate() {
        process.terminate()
        process.waitUntilExit()
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
