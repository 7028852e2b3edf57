import Records
import Testing

@testable import Signing

@Suite struct SettingsTests {
    @Test("a lifetime counts from the moment of signing, in whole seconds that never reach beyond it")
    func lifetime() {
        #expect(Lifetime.after(Seconds(7200)).end(from: 1_000.9) == 8_200)
        #expect(Lifetime.after(Seconds(1.5)).end(from: 1_000.4) == 1_001)
    }

    @Test("a fixed end stays, whatever time it is")
    func fixed() {
        #expect(Lifetime.until(5).end(from: 1_000) == 5)
    }

    @Test(
        "a key pair's ID is letters and digits", arguments: ["K2JCJMDEHXQW5F", "APKAEXAMPLE", "1", "x"])
    func goodID(text: String) throws {
        #expect(try #require(KeyPairID(text)).text == text)
    }

    @Test(
        "anything that would need care in a query is not a key pair's ID",
        arguments: [
            "", "K&Expires=9", "K ", "K\n", "K%41", "Ké", "K٣", String(repeating: "K", count: 129),
        ])
    func badID(text: String) {
        #expect(KeyPairID(text) == nil)
    }
}
