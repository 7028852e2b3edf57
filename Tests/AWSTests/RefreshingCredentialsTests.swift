import AWS
import Testing

@Suite struct RefreshingCredentialsTests {
    /// Gives out one after the other of these ends; nil is a failure.
    private final class Source {
        private var ends: [Int64?]
        private(set) var count = 0

        init(_ ends: [Int64?]) { self.ends = ends }

        func load() throws(CredentialError) -> Credentials {
            count += 1
            guard let end = ends.removeFirst() else {
                return try CredentialChain { $0 == "AWS_ACCESS_KEY_ID" ? "A" : nil }.load()
            }
            return Credentials(accessKeyID: "A\(count)", secretAccessKey: "S", expiresAt: end, source: "a test")
        }
    }

    @Test("they are read again a quarter of an hour before their end, or after half of a shorter life")
    func due() throws {
        for (end, due) in [(7200, 6300.0), (1000, 500)] as [(Int64, Double)] {
            let source = Source([end, 20_000])
            let credentials = try RefreshingCredentials(now: 0, load: source.load)
            #expect(!credentials.needsRenewal(at: due - 1))
            #expect(credentials.needsRenewal(at: due))
            try credentials.renew(at: due)
            #expect(credentials.current.accessKeyID == "A2")
            #expect(!credentials.needsRenewal(at: due))
        }
    }

    @Test("a failure to renew them counts once they have expired")
    func failure() throws {
        let source = Source([7200, nil, nil, 20_000])
        let credentials = try RefreshingCredentials(now: 0, load: source.load)
        try credentials.renew(at: 6300)
        #expect(credentials.current.accessKeyID == "A1")
        #expect(!credentials.needsRenewal(at: 6301))
        #expect(credentials.needsRenewal(at: 6600))
        #expect(throws: CredentialError.self) { try credentials.renew(at: 7199.5) }
        try credentials.renew(at: 7300)
        #expect(credentials.current.accessKeyID == "A4")
    }

    @Test("credentials that have expired at the start are refused, without their secret")
    func over() throws {
        let source = Source([100])
        let error = #expect(throws: CredentialError.self) { try RefreshingCredentials(now: 100, load: source.load) }
        #expect(
            error?.description
                == "credentials: A1 from a test: they have expired: renew them, for example by 'aws sso login'")
    }
}
