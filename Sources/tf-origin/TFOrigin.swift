import ArgumentParser
import ToolSupport

@main
struct TFOrigin: Tool {
    static let name = "tf-origin"
    static let configuration = CommandConfiguration(commandName: name)

    func work(_ diagnostics: Diagnostics) throws(ToolFailure) -> ToolStatus { .success }
}
