import ArgumentParser
import ToolSupport

@main
struct TFFetch: Tool {
    static let name = "tf-fetch"
    static let configuration = CommandConfiguration(commandName: name)

    func work(_ diagnostics: Diagnostics) throws(ToolFailure) -> ToolStatus { .success }
}
