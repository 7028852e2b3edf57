import ArgumentParser
import OpenSSL
import Origin
import POSIX
import Records
import ToolSupport

/// `--root`, `--size`, `--print`: what the origin has to give.
struct ContentOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Serve the files of a folder. Links are not followed.", valueName: "dir"))
    var root: String?

    @Option(
        help: ArgumentHelp("Make a video for any path, of a size (50k) or between two (16k..2M).", valueName: "size"))
    var size: SizeRange?

    @Option(help: ArgumentHelp("Print the video that --size makes for a path, and end.", valueName: "path"))
    var print: String?

    func validate() throws {
        if root != nil, size != nil { throw ValidationError("--root and --size exclude each other") }
        if root != nil, print != nil { throw ValidationError("--print is for the videos that --size makes") }
    }

    /// The folder, or else videos of a mebibyte.
    func content() throws(ToolFailure) -> any Content {
        guard let root else { return videos }
        do throws(SystemError) { return try FolderContent(root: root) } catch {
            throw .usage("\(error.description), give a folder that can be read")
        }
    }

    func printVideo(at path: String) throws(ToolFailure) {
        let video = videos.video(at: path)
        var position: Int64 = 0
        do throws(SystemError) {
            while position < video.size {
                let end = min(position + (1 << 20), video.size)
                try writeOut(video.bytes(position..<end))
                position = end
            }
        } catch { throw .refused(error.description) }
    }

    private var videos: SyntheticContent { SyntheticContent(sizes: size ?? SizeRange(1 << 20...1 << 20)) }
}

extension SizeRange: ExpressibleByArgument {
    public init?(argument: String) { self.init(parsing: argument) }
}

/// `--public-key`, `--key-pair-id`, `--resource-base`: whose signatures open the origin.
struct SignatureOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Answer only to URLs that this key (PEM) has signed for CloudFront.", valueName: "file"))
    var publicKey: String?

    @Option(
        name: .customLong("key-pair-id"),
        help: ArgumentHelp("The name that CloudFront gave to the key.", valueName: "id"))
    var keyPairID: String?

    @Option(
        help: ArgumentHelp(
            "What signed URLs begin with, where it is not http:// and the Host asked for.", valueName: "url"))
    var resourceBase: String?

    func validate() throws {
        if (publicKey == nil) != (keyPairID == nil) {
            throw ValidationError("--public-key and --key-pair-id need each other")
        }
        if resourceBase != nil, publicKey == nil { throw ValidationError("--resource-base needs --public-key") }
    }

    /// The check, or nil where everybody may have everything.
    func check() throws(ToolFailure) -> SignatureCheck? {
        guard let publicKey, let keyPairID else { return nil }
        return SignatureCheck(key: try key(in: publicKey), keyPairID: keyPairID, resourceBase: resourceBase)
    }

    private func key(in path: String) throws(ToolFailure) -> PublicKey {
        let pem: [UInt8]
        do throws(SystemError) { pem = try File(reading: path).readAll(limit: 1 << 20) } catch {
            throw .usage("cannot read '\(path)': \(error.reason)")
        }
        do throws(OpenSSLError) { return try PublicKey(pem: pem) } catch {
            throw .usage(
                "'\(path)' is not a public key in PEM (\(error.reason)): make one with 'openssl pkey -pubout -in private.pem'"
            )
        }
    }
}

/// `--fault`, `--faults`: the fault script.
struct FaultOptions: ParsableArguments {
    @Option(
        name: .customLong("fault"),
        help: ArgumentHelp("Misbehave by a rule, PATTERN:FAULT[*COUNT]; may be repeated.", valueName: "rule"))
    var rules: [String] = []

    @Option(
        name: .customLong("faults"), help: ArgumentHelp("The same from a file, a rule on a line.", valueName: "file"))
    var file: String?

    /// The rules of the options, then those of the file.
    func script() throws(ToolFailure) -> [FaultRule] {
        var script: [FaultRule] = []
        for rule in rules {
            do throws(FaultRuleError) { try script.append(FaultRule(parsing: rule)) } catch {
                throw .usage("--fault '\(rule)': \(error.reason)")
            }
        }
        return try script + fileRules()
    }

    private func fileRules() throws(ToolFailure) -> [FaultRule] {
        guard let file else { return [] }
        let bytes: [UInt8]
        do throws(SystemError) { bytes = try File(reading: file).readAll(limit: 1 << 20) } catch {
            throw .usage("cannot read '\(file)': \(error.reason)")
        }
        do throws(FaultRuleError) { return try FaultRule.script(String(decoding: bytes, as: UTF8.self)) } catch {
            throw .usage("--faults '\(file)': \(error.reason)")
        }
    }

    /// The faults that there are, a line for each.
    static let help: String = {
        let width = Faults.all.map { $0.help.form.count }.max() ?? 0
        return Faults.all.map { fault in
            let (form, text) = fault.help
            return "  \(form)\(String(repeating: " ", count: width - form.count))  \(text)"
        }
        .joined(separator: "\n")
    }()
}

/// Where the origin listens, how fast it is, what time it has, and what it tells.
struct ServiceOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Listen on this port of 127.0.0.1; 0 for a free one.", valueName: "n"))
    var port: UInt16 = 0

    @Option(help: ArgumentHelp("Write the port to a file, once it listens.", valueName: "file"))
    var portFile: String?

    @Option(help: ArgumentHelp("Wait so long before each answer (20ms, 1.5s).", valueName: "time"))
    var latency = Latency(seconds: 0)

    @Option(help: ArgumentHelp("Send at most this many bytes a second on each connection (10M).", valueName: "bytes"))
    var rate: ByteCount?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Set the origin's clock this many seconds ahead, or back (-90).", valueName: "seconds"))
    var clockOffset = 0.0

    @Flag(help: "Tell each request on standard error, without its query.")
    var log = false

    func validate() throws {
        if let rate, rate.value <= 0 { throw ValidationError("--rate has to be above 0") }
        guard clockOffset.isFinite, abs(clockOffset) < 1e10 else {
            throw ValidationError("--clock-offset '\(clockOffset)' is out of bounds")
        }
    }
}

/// A time to wait: `20ms`, or as all tools of the suite write it.
struct Latency: ExpressibleByArgument, CustomStringConvertible {
    let seconds: Double

    init(seconds: Double) { self.seconds = seconds }

    init?(argument: String) {
        if argument.hasSuffix("ms"), let value = Seconds(parsing: String(argument.dropLast(2)) + "s") {
            seconds = value.value / 1000
        } else if let value = Seconds(parsing: argument) {
            seconds = value.value
        } else {
            return nil
        }
        // A day is longer than anybody waits, and far from where nanoseconds overflow.
        guard seconds <= 86400 else { return nil }
    }

    var description: String { "\(seconds)" }
}
