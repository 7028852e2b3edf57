import ArgumentParser
import ToolSupport

@main
struct TFCatalog: Tool {
    static let name = "tf-catalog"
    static let configuration = CommandConfiguration(commandName: name)

    func work(_ diagnostics: Diagnostics) throws(ToolFailure) -> ToolStatus { .success }
}
