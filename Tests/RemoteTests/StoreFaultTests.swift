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

    @Test("no signature, key or password of a store is repeated")
    func secrets() {
        let words = """
            Put "https://user:pass@b.s3.amazonaws.com/k?X-Amz-Signature=abc123&X-Amz-Credential=AKIA": dial tcp
            AWSAccessKeyId=AKIAEXAMPLE secret_access_key=verysecret
            """
        let text = RemoteMessage.harmless(words)
        for secret in ["abc123", "pass@", "AKIA", "verysecret"] { #expect(!text.contains(secret), "\(secret)") }
        #expect(text.hasPrefix(#"Put "https://b.s3.amazonaws.com/k?…": dial tcp"#))
    }

    @Test("a message is one line, and not too long")
    func oneLine() {
        #expect(RemoteMessage.harmless("a\n\tb  c") == "a b c")
        #expect(RemoteMessage.harmless(String(repeating: "x", count: 1000)).count == 300)
    }
}

/// Places, as users write them.
@Suite struct RemotePlaceTests {
    @Test(
        "a slash at the end is nothing",
        arguments: [("s3:b/v/", "s3:b/v"), ("/mnt//", "/mnt"), ("/", "/"), ("b2:", "b2:")])
    func slashes(text: String, place: String) throws { #expect(try RemotePlace(text).description == place) }

    @Test("a file of it is named as rclone names it")
    func files() throws {
        #expect(try RemotePlace("s3:b/v").file("1/a") == "s3:b/v/1/a")
        #expect(try RemotePlace("b2:").file("1/a") == "b2:1/a")
    }

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
        let pauses = (1...8).map { tries in policy.decide(on: down, tries: tries, since: 0, now: 10) }
        #expect(pauses == [1, 2, 4, 8, 16, 32, 60, 60].map { StorePolicy.Decision.again(after: $0) })
        #expect(policy.holdsUntil == 70)
    }

    @Test("a file that fails while others succeed is given up after five tries")
    func alone() {
        var policy = StorePolicy(patience: 1000)
        for tries in 1..<5 {
            #expect(policy.decide(on: down, tries: tries, since: 1, now: Double(tries)) != .fail)
            policy.succeeded(at: Double(tries))
        }
        #expect(policy.decide(on: down, tries: 5, since: 1, now: 5) == .fail)
    }

    @Test("refusals stop the run at once where nothing was ever taken, else when there are three in a row")
    func refusals() {
        var policy = StorePolicy(patience: 1000)
        #expect(policy.decide(on: refused, tries: 1, since: 0, now: 0) == .stop)
        policy = StorePolicy(patience: 1000)
        policy.succeeded(at: 0)
        #expect(policy.decide(on: refused, tries: 1, since: 0, now: 1) == .fail)
        #expect(policy.decide(on: refused, tries: 1, since: 0, now: 1) == .fail)
        policy.succeeded(at: 2)
        #expect(policy.decide(on: refused, tries: 1, since: 0, now: 3) == .fail)
        #expect(policy.decide(on: refused, tries: 1, since: 0, now: 3) == .fail)
        #expect(policy.decide(on: refused, tries: 1, since: 0, now: 3) == .stop)
    }

    @Test("what is expected in the spool counts the parts as whole files, and what a pipe holds")
    func expected() {
        var room = SpoolRoom()
        #expect(room.expected(mean: 0, largest: 0, linesAhead: 10) == 0)
        (room.bytes, room.parts, room.partBytes) = (1000, 4, 100)
        #expect(room.expected(mean: 50, largest: 80, linesAhead: 10) == 1000 + 100 + 500 + 80)
    }
}
