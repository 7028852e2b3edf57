import ArgumentParser
import ToolSupport

@main
struct TFSign: Tool {
    static let name = "tf-sign"
    static let configuration = CommandConfiguration(commandName: name)

    func work(_ diagnostics: Diagnostics) throws(ToolFailure) -> ToolStatus { .success }
}
