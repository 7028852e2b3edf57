import Inventory
import Records
import TestSupport
import Testing

@testable import Remote

/// What rclone's words mean: as they came from real stores.
@Suite struct StoreFaultTests {
    @Test(
        "whose fault it is, and whether it may pass",
        arguments: [
            ("AccessDenied: Access Denied status code: 403", StoreFault.Kind.standing, ErrorCode.storeRefused),
            ("ExpiredToken: The provided token has expired.", .standing, .storeRefused),
            ("InvalidAccessKeyId: The AWS Access Key Id does not exist", .standing, .storeRefused),
            ("NoSuchBucket: The specified bucket does not exist", .standing, .storeRefused),
            ("RequestTimeTooSkewed: The difference is too large", .standing, .storeRefused),
            ("open /mnt/nas/a: read-only file system", .standing, .storeRefused),
            ("open /mnt/nas/a: permission denied", .standing, .storeRefused),
            ("write /mnt/nas/a: no space left on device", .standing, .storeFull),
            ("Insufficient Storage: 507 Insufficient Storage", .standing, .storeFull),
            ("googleapi: Error 403: The user's Drive storage quota has been exceeded", .standing, .storeFull),
            ("dial tcp 127.0.0.1:1: connect: connection refused", .passing, .storeDown),
            ("Put \"http://h/\": EOF", .passing, .storeDown),
            ("net/http: TLS handshake timeout", .passing, .storeDown),
            ("SlowDown: Please reduce your request rate", .passing, .rateLimited),
            ("corrupted on transfer: md5 hash differ", .passing, .mismatch),
            ("something that nobody has seen", .passing, .storeFailed),
            (#"Put "https://h/authentication/1.mp4": connection refused"#, .passing, .storeDown),
            ("Get https://h/quota/403/x: EOF", .passing, .storeDown),
            ("corrupted on transfer: sizes differ 1401 vs 401", .passing, .mismatch),
            ("size is 1401 bytes", .passing, .storeFailed),
            ("Quota exceeded for 'Queries per minute', rateLimitExceeded", .passing, .rateLimited),
            ("is a file not a directory", .standing, .badRequest),
            ("EntityTooLarge: Your proposed upload exceeds the maximum", .own, .fileTooLarge),
            ("open /mnt/nas/x: file name too long", .own, .unsafePath),
        ])
    func kinds(words: String, kind: StoreFault.Kind, code: ErrorCode) {
        let fault = StoreFault(words)
        #expect(fault.kind == kind)
        #expect(fault.code == code)
        #expect(fault.owner == (kind == .own ? .record : .store))
        #expect(fault.message.hasPrefix(words))
    }

    @Test("the names of files and places say nothing")
    func names() {
        let words = "open /mnt/no quota/Forbidden Planet.mp4: connection reset"
        #expect(StoreFault(words, about: ["Forbidden Planet.mp4", "/mnt/no quota"]).code == .storeDown)
    }

    @Test("no signature, key or password of a store is repeated")
    func secrets() {
        let words = """
            Put "https://user:pass@b.s3.amazonaws.com/k?X-Amz-Signature=abc123&X-Amz-Credential=AKIA": dial tcp
            AWSAccessKeyId=AKIAEXAMPLE secret_access_key=verysecret
            /k?X-Amz-Algorithm=A&X-Amz-Signature=abc123 token: abc456 <Code>A</Code><SessionToken>abc789</SessionToken>
            {"a":"b","password": "abc000"}
            """
        let text = RemoteMessage.harmless(words)
        for secret in ["abc", "pass@", "AKIA", "verysecret"] { #expect(!text.contains(secret), "\(secret)") }
        #expect(text.hasPrefix(#"Put "https://b.s3.amazonaws.com/k?…": dial tcp"#))
    }

    @Test("a message is one line, not too long, and else as it was")
    func oneLine() {
        #expect(RemoteMessage.harmless("a\n\tb  c") == "a b c")
        for words in ["ExpiredToken: The provided token has expired.", "fetch token: invalid_grant: is it new?"] {
            #expect(RemoteMessage.harmless(words) == words)
        }
        #expect(RemoteMessage.harmless(String(repeating: "x", count: 1000)).count == 300)
    }
}

/// Places, as users write them.
@Suite struct RemotePlaceTests {
    @Test(
        "a slash at the end is nothing",
        arguments: [("s3:b/v/", "s3:b/v"), ("/mnt//", "/mnt"), ("/", "/"), ("b2:", "b2:")])
    func slashes(text: String, place: String) throws { #expect(try RemotePlace(text).description == place) }

    @Test(
        "options in the name, which may be secrets, are refused and not repeated",
        arguments: ["s3,secret_access_key=hush:b", ":s3,access_key_id=a,endpoint='http://hush/':b"])
    func options(text: String) {
        let error = #expect(throws: RemotePlaceError.self) { try RemotePlace(text) }
        #expect(error?.description.contains("hush") == false)
    }

    @Test("what names no store is refused", arguments: ["", ":", "::x"])
    func nothing(text: String) { #expect(throws: RemotePlaceError.self) { try RemotePlace(text) } }
}

/// What a fault of one file means for the others.
@Suite struct StorePolicyTests {
    private let down = StoreFault(.passing, .storeDown, "x")
    private let refused = StoreFault(.standing, .storeRefused, "x")

    @Test("the pauses grow to a minute, and while nothing succeeds all files wait")
    func pauses() {
        var policy = StorePolicy(patience: 1000)
        let pauses = (1...8).map { tries in policy.decide(on: down, tries: tries, refusals: 0, since: 0, now: 10) }
        #expect(pauses == [1, 2, 4, 8, 16, 32, 60, 60].map { StorePolicy.Decision.again(after: $0) })
        #expect(policy.holdsUntil == 70)
    }

    @Test("a file that fails while others succeed is given up after five tries")
    func alone() {
        var policy = StorePolicy(patience: 1000)
        for tries in 1..<5 {
            #expect(policy.decide(on: down, tries: tries, refusals: 0, since: 1, now: Double(tries)) != .fail)
            policy.succeeded(at: Double(tries))
        }
        #expect(policy.decide(on: down, tries: 5, refusals: 0, since: 1, now: 5) == .fail)
    }

    @Test("refusals stop the run at once where nothing was ever taken, else when three files are refused in a row")
    func refusals() {
        var policy = StorePolicy(patience: 1000)
        func decide(file refusals: Int) -> StorePolicy.Decision {
            policy.decide(on: refused, tries: refusals, refusals: refusals, since: 0, now: 3)
        }
        #expect(decide(file: 1) == .stop)
        policy = StorePolicy(patience: 1000)
        policy.succeeded(at: 0)
        #expect([decide(file: 1), decide(file: 1)] == [.again(after: 1), .again(after: 1)])
        policy.succeeded(at: 2)
        #expect([decide(file: 1), decide(file: 1), decide(file: 1)] == [.again(after: 1), .again(after: 1), .stop])
    }

    @Test("a file that is refused three times is given up alone, even if nothing else is sent meanwhile")
    func refusedAlone() {
        var policy = StorePolicy(patience: 1000)
        policy.succeeded(at: 0)
        let decisions = (1...3).map { policy.decide(on: refused, tries: $0, refusals: $0, since: 1, now: 1) }
        #expect(decisions == [.again(after: 1), .again(after: 2), .fail])
    }

    @Test("what is expected in the spool counts parts as whole files, what a pipe holds, and what came meanwhile")
    func expected() {
        var room = SpoolRoom()
        #expect(room.expected(mean: 0, largest: 0, linesAhead: 10) == 0)
        (room.bytes, room.parts, room.partBytes) = (1000, 4, 100)
        #expect(room.expected(mean: 50, largest: 80, linesAhead: 10) == 1000 + 100 + 500 + 80)
        (room.letIn, room.removed) = (3, 60)
        #expect(room.expected(mean: 50, largest: 80, linesAhead: 10) == 1000 + 90 + 100 + 500 + 80)
    }
}
