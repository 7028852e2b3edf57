import ArgumentParser
import ToolSupport

@main
struct TFQueue: Tool {
    static let name = "tf-queue"
    static let configuration = CommandConfiguration(commandName: name)

    func work(_ diagnostics: Diagnostics) throws(ToolFailure) -> ToolStatus { .success }
}
