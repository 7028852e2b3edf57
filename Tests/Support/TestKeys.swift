/// Throwaway private keys in PEM, made by the `openssl` command once for a run of the tests.
package enum TestKeys {
    package static let rsa = made(by: "openssl genrsa 2048")
    package static let p256 = made(by: "openssl ecparam -name prime256v1 -genkey -noout")

    private static func made(by command: String) -> String {
        guard let run = try? CommandRun.shell("\(command) 2>/dev/null"), run.status == 0 else {
            fatalError("cannot run '\(command)': install openssl")
        }
        return run.output
    }
}
