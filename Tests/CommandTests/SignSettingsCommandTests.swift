import Foundation
import TestSupport
import Testing

@Suite struct SignSettingsCommandTests {
    let command = try! SignCommand()
    private let record = Data(#"{"key":"a.mp4"}"#.utf8)

    @Test(
        "a key that others can read, or that is short, works with a warning",
        arguments: [
            ("chmod 640 key.pem", "others can read it: run 'chmod 600' on it"),
            ("openssl genrsa -out key.pem 1024", "RSA with 1024 bits is weak: CloudFront wants 2048"),
        ])
    func warned(preparation: String, warning: String) throws {
        _ = try command.shell(preparation)
        let run = try command.run(record, command.settings)
        #expect(run.status == 0)
        #expect(run.lines.count == 1)
        #expect(
            run.errors == "tf-sign: private key '\(command.folder.file("key.pem").path)': \(warning)\n")
        let quiet = try command.run(record, command.settings + ["--quiet"])
        #expect(quiet.lines.count == 1)
        #expect(quiet.errors == "")
    }

    @Test("settings that are missing are reported with their option and their variable")
    func missing() throws {
        let key = command.folder.file("key.pem").path
        let noPair = try command.run(record, ["--private-key", key])
        #expect(noPair.status == 2)
        #expect(
            noPair.errors
                == "tf-sign: no key pair, no base URL: give --key-pair-id and --base-url, "
                + "or set TF_KEY_PAIR_ID and TF_BASE_URL\n")
        let noKey = try command.run(record, ["--key-pair-id", "K", "--base-url", "https://d1.example"])
        #expect(noKey.status == 2)
        #expect(
            noKey.errors == "tf-sign: no private key: give --private-key FILE, or set TF_PRIVATE_KEY\n")
        let nothing = try command.run(record, [])
        #expect(
            nothing.errors
                == "tf-sign: no key pair, no private key, no base URL: give --key-pair-id, --private-key FILE and "
                + "--base-url, or set TF_KEY_PAIR_ID, TF_PRIVATE_KEY and TF_BASE_URL\n")
    }

    @Test("the environment gives settings, and options go before it")
    func environment() throws {
        let environment = [
            "TF_KEY_PAIR_ID": "KENV", "TF_PRIVATE_KEY": command.folder.file("key.pem").path,
            "TF_BASE_URL": "https://env",
        ]
        let plain = try command.run(record, [], environment: environment)
        #expect(plain.status == 0)
        let url = try #require(fields(plain.output)["signed_url"] as? String)
        #expect(url.hasPrefix("https://env/a.mp4?") && url.hasSuffix("&Key-Pair-Id=KENV"))
        let both = try command.run(
            record, ["--key-pair-id", "KOPT", "--base-url", "https://opt"], environment: environment)
        let other = try #require(fields(both.output)["signed_url"] as? String)
        #expect(other.hasPrefix("https://opt/a.mp4?") && other.hasSuffix("&Key-Pair-Id=KOPT"))
    }

    @Test(
        "--expires-at takes Unix seconds and RFC 3339",
        arguments: ["4070908800", "2099-01-01T00:00:00Z"])
    func expiresAt(time: String) throws {
        let run = try command.run(record, command.settings + ["--expires-at", time])
        #expect(fields(run.output)["expires_at"] as? Int == 4_070_908_800)
    }

    @Test(
        "--ttl counts from now, two hours by default",
        arguments: [([], 7200), (["--ttl", "10m"], 600)])
    func ttl(options: [String], seconds: Int) throws {
        let before = Int(Date().timeIntervalSince1970)
        let run = try command.run(record, command.settings + options)
        let expires = try #require(fields(run.output)["expires_at"] as? Int)
        #expect((before + seconds...Int(Date().timeIntervalSince1970) + seconds).contains(expires))
    }

    @Test(
        "times that make no sense are wrong use",
        arguments: [
            ["--expires-at", "tomorrow"], ["--expires-at", "1"], ["--expires-at", "4070908800000"],
            ["--expires-at", "10000000000"], ["--ttl", "99999d"],
            ["--expires-at", "2099-13-01T00:00:00Z"], ["--expires-at", "2099-00-01T00:00:00Z"],
            ["--expires-at", "2099-02-30T00:00:00Z"], ["--expires-at", "2099-01-01T00:00:99Z"],
            ["--expires-at", "2099-01-01"], ["--ttl", "0"], ["--ttl", "0.5s"], ["--ttl", "-5"],
            ["--ttl", "soon"],
            ["--ttl", String(repeating: "9", count: 400)], ["--ttl", "9999999d"],
            ["--ttl", "1h", "--expires-at", "4070908800"],
        ])
    func badTime(options: [String]) throws {
        let run = try command.run(record, command.settings + options)
        #expect(run.status == 2)
        #expect(run.output == "")
        #expect(run.errors.hasPrefix("tf-sign: ") && run.errors.hasSuffix("\n"))
    }

    @Test(
        "a hash that is not known, an option that is not, and a number of signatures that cannot be are wrong use",
        arguments: [["--hash", "md5"], ["-x"], ["-j", "0"], ["--jobs", "1001"], ["-j2x"]])
    func badOption(options: [String]) throws {
        let run = try command.run(record, command.settings + options)
        #expect(run.status == 2)
        #expect(run.output == "")
    }

    @Test(
        "no secret is in a message",
        arguments: [
            ["TF_BASE_URL": "https://user:SECRET@h"],
            ["TF_BASE_URL": "https://h/?Signature=SECRET"],
            ["TF_PRIVATE_KEY": "-----BEGIN PRIVATE KEY-----\nSECRET\n-----END PRIVATE KEY-----\n"],
            ["TF_KEY_PAIR_ID": "-----BEGIN PRIVATE KEY-----\nSECRET"],
        ])
    func secrets(wrong: [String: String]) throws {
        let good = ["TF_KEY_PAIR_ID": "K", "TF_PRIVATE_KEY": command.folder.file("key.pem").path]
        let run = try command.run(record, [], environment: good.merging(wrong) { $1 })
        #expect(run.status == 2)
        #expect(run.errors.hasPrefix("tf-sign: "))
        #expect(!run.errors.contains("SECRET"))
    }

    @Test("a key that was given for its file is not repeated", arguments: ["--private-key", "--key-pair-id"])
    func keyAsOption(option: String) throws {
        let run = try command.run(record, command.settings + [option, TestKeys.rsa])
        #expect(run.status == 2)
        #expect(run.errors.hasPrefix("tf-sign: "))
        #expect(run.errors.split(separator: "\n").count == 1)
        #expect(!run.errors.contains(TestKeys.rsa.dropFirst(100).prefix(20)))
    }
}
