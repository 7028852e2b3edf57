import ArgumentParser
import ToolSupport

@main
struct TFTally: Tool {
    static let name = "tf-tally"
    static let configuration = CommandConfiguration(commandName: name)

    func work(_ diagnostics: Diagnostics) throws(ToolFailure) -> ToolStatus { .success }
}
