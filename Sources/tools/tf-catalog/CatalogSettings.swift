import Catalog
import Curl
import POSIX
import Records
import ToolSupport

/// The options, checked: nothing below looks at raw arguments.
struct CatalogSettings {
    let reading: ReadOptions
    let rules: RecordRules
    let selection: Selection
    let input: CatalogInput
    let listing: CatalogInput?

    init(_ tool: TFCatalog, _ diagnostics: Diagnostics) throws(ToolFailure) {
        rules = try tool.records.rules()
        selection = tool.choice.selection
        reading = ReadOptions(
            courses: selection.courses, names: try tool.reading.names(), schema: tool.reading.schema)
        input = try Self.input(tool.source, tool.reading, diagnostics)
        listing = tool.comparison.listing.map { $0 == "-" ? .standardInput : .file($0) }
        if tool.source ?? "-" == "-", tool.comparison.listing == "-" {
            throw .usage("SOURCE and --listing are both standard input: name a file for one of them")
        }
    }

    private static func input(
        _ source: String?, _ options: SourceOptions, _ diagnostics: Diagnostics
    ) throws(ToolFailure) -> CatalogInput {
        if let source, WebAddress.isMeant(by: source) { return try server(source, options, diagnostics) }
        guard options.tokenFile == nil else { throw .usage("--token-file is for a source that is a URL") }
        if let source, source != "-" { return .file(source) }
        guard source != nil || !Descriptor.isTerminal(0) else {
            throw .usage("no SOURCE given, and standard input is a terminal; see '\(TFCatalog.name) --help'")
        }
        return .standardInput
    }

    private static func server(
        _ source: String, _ options: SourceOptions, _ diagnostics: Diagnostics
    ) throws(ToolFailure) -> CatalogInput {
        // What is not a URL may contain a password: it is not repeated.
        guard let address = WebAddress(source) else { throw .usage("SOURCE is not an http or https URL") }
        let token = try options.tokenFile.map { path throws(ToolFailure) in try Self.token(path, diagnostics) }
        let trust = TrustSettings(option: options.cacert) { Environment[$0] }
        if address.isEncrypted, let file = trust.file, let origin = trust.origin {
            do throws(SystemError) { _ = try File(reading: file) } catch { throw .usage("\(origin): \(error)") }
        }
        do throws(CatalogError) {
            return .server(try PageServer(address, token: token, trust: trust))
        } catch {
            throw .usage(error.message)
        }
    }

    private static func token(_ path: String, _ diagnostics: Diagnostics) throws(ToolFailure) -> BearerToken {
        let file: File
        do throws(SystemError) {
            file = try File(reading: path)
            if try file.isOpenToOthers() {
                diagnostics.say("token file '\(path)': others can read it: run 'chmod 600' on it")
            }
        } catch {
            throw .usage("token file '\(path)': \(error.reason)")
        }
        let line = file.firstLine.map { String(decoding: $0.filter { $0 != 0x0D }, as: UTF8.self) }
        guard let token = line.flatMap({ BearerToken($0) }) else {
            throw .usage("token file '\(path)': its first line is not a token")
        }
        return token
    }
}
