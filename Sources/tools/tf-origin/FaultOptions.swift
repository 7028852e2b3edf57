import ArgumentParser
import Origin
import POSIX
import ToolSupport

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
            do throws(FaultRule.ParseError) { try script.append(FaultRule(parsing: rule)) } catch {
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
        do throws(FaultRule.ParseError) { return try FaultRule.script(String(decoding: bytes, as: UTF8.self)) } catch {
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
