package import Foundation

/// A command of the suite (or another program), run to its end.
package struct CommandRun {
    package let status: Int32
    package let output: String
    package let errors: String

    package var lines: [String] { output.split(separator: "\n").map(String.init) }

    /// Runs a tool of this package: it lies beside the test binary.
    package static func tool(
        _ name: String, _ arguments: [String] = [], input: Data = Data(), environment: [String: String] = [:],
        directory: URL? = nil
    ) throws -> CommandRun {
        try run(toolsFolder.appendingPathComponent(name), arguments, input, environment, directory)
    }

    /// Runs a script by `sh -c`, with the tools of this package in its path.
    package static func shell(
        _ script: String, input: Data = Data(), environment: [String: String] = [:], directory: URL? = nil
    ) throws -> CommandRun {
        try run(URL(fileURLWithPath: "/bin/sh"), ["-c", script], input, environment, directory)
    }

    /// The folder of the tools that were built together with the tests.
    package static let toolsFolder: URL = {
        // The test bundle's path is among the arguments of swift-testing's helper.
        for argument in CommandLine.arguments {
            guard let range = argument.range(of: "/[^/]*\\.xctest", options: .regularExpression) else { continue }
            return URL(fileURLWithPath: String(argument[..<range.lowerBound]))
        }
        return URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    }()

    private static func run(
        _ program: URL, _ arguments: [String], _ input: Data, _ environment: [String: String], _ directory: URL?
    ) throws -> CommandRun {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.currentDirectoryURL = directory
        process.environment = ProcessInfo.processInfo.environment
            .merging(["PATH": "\(toolsFolder.path):\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"])
        {
            $1
        }
        .merging(environment) { $1 }
        let (inputPipe, outputPipe, errorPipe) = (Pipe(), Pipe(), Pipe())
        process.standardInput = inputPipe
        process.standardOutput = outputPipe
        process.standardError = errorPipe
        try process.runUnblocked()
        // Each pipe has its own thread: a full one must not stop the others.
        let output = Collected()
        let errors = Collected()
        let group = DispatchGroup()
        for (pipe, target) in [(outputPipe, output), (errorPipe, errors)] {
            DispatchQueue.global().async(group: group) { target.data = pipe.fileHandleForReading.readDataToEndOfFile() }
        }
        DispatchQueue.global().async(group: group) {
            signal(SIGPIPE, SIG_IGN)
            try? inputPipe.fileHandleForWriting.write(contentsOf: input)
            try? inputPipe.fileHandleForWriting.close()
        }
        process.waitUntilExit()
        group.wait()
        let status =
            process.terminationReason == .uncaughtSignal ? 128 + process.terminationStatus : process.terminationStatus
        return CommandRun(
            status: status, output: String(decoding: output.data, as: UTF8.self),
            errors: String(decoding: errors.data, as: UTF8.self))
    }

    /// Written by one thread, read after the group has been waited for.
    private final class Collected: @unchecked Sendable {
        var data = Data()
    }
}
