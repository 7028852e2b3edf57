import Testing
import ToolSupport

@Suite struct DiagnosticsTests {
    @Test("statuses are those of the contract")
    func statuses() {
        #expect(ToolStatus.success.rawValue == 0)
        #expect(ToolStatus.someFailed.rawValue == 1)
        #expect(ToolStatus.usage.rawValue == 2)
        #expect(ToolStatus.refused.rawValue == 3)
        #expect(ToolFailure.usage("a").status == .usage)
        #expect(ToolFailure.refused("a").status == .refused)
    }
}
