import AWS
import Foundation
import TestSupport
import Testing

@Suite struct CredentialChainTests {
    private let folder = try! TemporaryFolder()

    /// Of the form that AWS's have, each with another end.
    private static func id(_ end: String) -> String { "AKIAIOSFODNN7EXAMPLE\(end)" }

    /// Files in a home folder of the test's own, and an environment of nothing but these variables.
    private func load(
        _ variables: [String: String] = [:], credentials: String? = nil, config: String? = nil
    ) throws -> Credentials {
        if let credentials { try folder.write(credentials, to: ".aws/credentials") }
        if let config { try folder.write(config, to: ".aws/config") }
        let all = variables.merging(["HOME": folder.path, "AWS_EC2_METADATA_DISABLED": "true"]) { given, _ in given }
        return try CredentialChain { all[$0] }.load()
    }

    private func message(_ body: () throws -> Credentials) -> String? {
        do { return "no error, but \(try body())" } catch { return (error as? CredentialError)?.reason }
    }

    @Test("the environment goes before all files, with its token and end")
    func environment() throws {
        let found = try load(
            [
                "AWS_ACCESS_KEY_ID": Self.id("A"), "AWS_SECRET_ACCESS_KEY": "S", "AWS_SESSION_TOKEN": "T",
                "AWS_PROFILE": "p", "AWS_CREDENTIAL_EXPIRATION": "2026-12-31T23:00:00+00:00",
            ], credentials: "[p]\naws_access_key_id=B\naws_secret_access_key=C")
        let expected = Credentials(
            accessKeyID: Self.id("A"), secretAccessKey: "S", sessionToken: "T", expiresAt: 1_798_758_000,
            source: "the environment")
        #expect(found == expected)
    }

    @Test("the credentials file is read as AWS's own tools read it")
    func credentialsFile() throws {
        let file = """
            # a comment
            [default]
            aws_access_key_id = \(Self.id("D"))
            aws_secret_access_key = E
            [work]\r
            AWS_Access_Key_ID=\(Self.id("A"))\r
              indented = belongs to the line before
            ; another comment
            aws_secret_access_key : a=b:c#d # a third
            aws_session_token =   T
            """
        #expect(try load(credentials: file).secretAccessKey == "E")
        let found = try load(["AWS_PROFILE": "work"], credentials: file)
        #expect(found.accessKeyID == Self.id("A"))
        #expect(found.secretAccessKey == "a=b:c#d")
        #expect(found.sessionToken == "T")
    }

    @Test(
        "settings may be indented, and a mark may be before the first section",
        arguments: [("[default]", "  "), ("\u{FEFF}[default]", "")])
    func indented(section: String, indent: String) throws {
        let lines = [
            "aws_secret_access_key = S", "aws_access_key_id = \(Self.id(""))",
            "  aws_session_token = of the line before",
        ]
        let file = ([section] + lines.map { indent + $0 }).joined(separator: "\n")
        let found = try load(credentials: file)
        #expect(found.accessKeyID == Self.id("") && found.secretAccessKey == "S" && found.sessionToken == nil)
    }

    @Test("an empty key is none")
    func empty() throws {
        let message = message { try load(credentials: "[default]\naws_access_key_id =\naws_secret_access_key =\n") }
        #expect(message?.hasPrefix("profile 'default' has no keys") == true)
    }

    @Test(
        "profiles of the config file are found under their names",
        arguments: [
            ("default", "[default]"), ("p", "[profile p]"), ("a b", "[profile \"a b\"]"), ("p", "[ profile  p ]"),
        ])
    func configFile(profile: String, section: String) throws {
        let config =
            "\(section)\naws_access_key_id=\(Self.id(""))\naws_secret_access_key=S\nregion=eu-west-1\n"
            + "[p]\naws_access_key_id=X"
        #expect(try load(["AWS_PROFILE": profile], config: config).accessKeyID == Self.id(""))
        let environment = ["HOME": folder.path, "AWS_PROFILE": profile]
        #expect(try CredentialChain { environment[$0] }.region()?.name == "eu-west-1")
    }

    @Test("the files' names can be set")
    func otherFiles() throws {
        try folder.write("[default]\naws_access_key_id=\(Self.id(""))\naws_secret_access_key=S\n", to: "elsewhere")
        let found = try load(["AWS_SHARED_CREDENTIALS_FILE": "~/elsewhere", "AWS_CONFIG_FILE": "/nowhere"])
        #expect(found.source == "profile 'default' in '\(folder.path)/elsewhere'")
    }

    @Test("a process is run without a shell, with nothing on its input, and its answer read")
    func process() throws {
        let script = """
            #!/bin/sh
            read -r line && exit 9
            printf '{"Version": 1, "AccessKeyId": "%s",\\n "SecretAccessKey": "%s", "SessionToken": "T",' "$1" "$2"
            printf '"Expiration": "2026-12-31T23:00:00.123Z"}'
            """
        let url = try folder.write(script, to: "a program")
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: url.path)
        let config = "[default]\ncredential_process = '\(url.path)' 'a b' $HOME;\n"
        let found = try load(config: config)
        #expect(found.accessKeyID == "a b")
        #expect(found.secretAccessKey == "$HOME;")
        #expect(found.expiresAt == 1_798_758_000)
    }

    @Test(
        "a process that gives no credentials is reported by its name, with nothing secret",
        arguments: [
            ("sh -c 'echo SECRET >&2; exit 3'", "ended with status 3"),
            ("/nowhere SECRET", "No such file or directory"),
            ("echo SECRET", "did not print credentials"), ("sh -c 'kill -9 $$'", "ended with status 137"),
            (#"echo '{"Version":2,"AccessKeyId":"SECRET","SecretAccessKey":"SECRET"}'"#, "did not print credentials"),
            (#"echo '{"Version":1,"AccessKeyId":"SECRET"}'"#, "did not print credentials"),
            ("head -c 100000 /dev/zero", "File too large"), ("echo 'SECRET", "is not a command"),
        ])
    func badProcess(command: String, reason: String) throws {
        let text = try #require(message { try load(config: "[default]\ncredential_process=\(command)\n") })
        #expect(text.contains(reason))
        #expect(!text.contains("SECRET"))
    }

    @Test("keys of the credentials file go before a process, and a process before keys of the config file")
    func order() throws {
        let process = #"credential_process=echo '{"Version":1,"AccessKeyId":"P","SecretAccessKey":"S"}'"#
        let config = "[default]\naws_access_key_id=\(Self.id("C"))\naws_secret_access_key=S\n"
        #expect(try load(config: config).accessKeyID == Self.id("C"))
        #expect(try load(config: config + process).accessKeyID == "P")
        let credentials = "[default]\naws_access_key_id=\(Self.id("F"))\naws_secret_access_key=S\n"
        #expect(try load(credentials: credentials, config: config + process).accessKeyID == Self.id("F"))
    }

    @Test("what is missing is reported, with what to do")
    func missing() throws {
        #expect(message { try load(["AWS_ACCESS_KEY_ID": "A"]) }?.contains("AWS_SECRET_ACCESS_KEY") == true)
        #expect(message { try load(["AWS_PROFILE": "p"]) }?.contains("profile 'p'") == true)
        let half = "[default]\naws_access_key_id=A\n"
        #expect(message { try load(credentials: half) }?.contains("no aws_secret_access_key") == true)
    }

    @Test(
        "what a file, a shell or a person left around a key is taken off, in the environment and in a file",
        arguments: ["K\r", "\"K\"", "'K'\r", "  K\t", "K # mine", "K\t; mine", "\"K\" # mine\r", "\" K \"", "K"])
    func around(form: String) throws {
        func written(_ key: String) -> String { form.replacingOccurrences(of: "K", with: key) }
        let (id, secret, token) = (Self.id(""), "a+b/c=", "t#;t")
        let fromEnvironment = try load([
            "AWS_ACCESS_KEY_ID": written(id), "AWS_SECRET_ACCESS_KEY": written(secret),
            "AWS_SESSION_TOKEN": written(token),
        ])
        let file =
            "[default]\naws_access_key_id=\(written(id))\naws_secret_access_key=\(written(secret))\n"
            + "aws_session_token=\(written(token))\n"
        for found in [fromEnvironment, try load(credentials: file)] {
            #expect(found.accessKeyID == id && found.secretAccessKey == secret && found.sessionToken == token)
        }
    }

    @Test(
        "what cannot be an access key ID is refused, and not repeated",
        arguments: [
            ("SECRET", "it has 6 characters, not 16 to 128"),
            (String(repeating: "SECRET", count: 22), "it has 132 characters"), ("\"\(id("SECRET"))", "other than"),
            ("\(id("SECRET"))#", "other than"), ("\(id("")) \(id("SECRET"))", "other than"),
            ("wJalrXUtnFEMI/SECRET/bPxRfiCY", "other than letters and digits"), (id("SECRÉT"), "other than"),
        ])
    func notAnID(text: String, reason: String) throws {
        let variables = ["AWS_ACCESS_KEY_ID": text, "AWS_SECRET_ACCESS_KEY": "SECRET"]
        let file = "[default]\naws_access_key_id=\(text)\naws_secret_access_key=SECRET\n"
        for told in [message { try load(variables) }, message { try load(credentials: file) }] {
            let told = try #require(told)
            #expect(told.contains("is not an access key ID of AWS: ") && told.contains(reason))
            #expect(!told.contains("SECR"))
        }
        // Other stores have forms of their own.
        #expect(try CredentialChain(isForAWS: false) { variables[$0] }.load().accessKeyID == text)
    }

    @Test("quotes around nothing, and a comment alone, are no key", arguments: ["''", "\"\"", " # none", "\r"])
    func nothing(text: String) throws {
        let variables = ["AWS_ACCESS_KEY_ID": text, "AWS_SECRET_ACCESS_KEY": "S"]
        #expect(message { try load(variables) }?.hasPrefix("there are none") == true)
        let half = ["AWS_ACCESS_KEY_ID": Self.id(""), "AWS_SECRET_ACCESS_KEY": text]
        #expect(message { try load(half) }?.contains("but not AWS_SECRET_ACCESS_KEY") == true)
    }
}
