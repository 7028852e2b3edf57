/// Whose credentials ask for the role of a profile (AWS SDKs and Tools Reference Guide, "Assume role credential
/// provider"): those of another profile, which may be of a role themselves, or those of a place.
extension CredentialChain {
    /// - Parameter asking: the profiles whose roles these credentials are for, the user's first.
    func fromRole(
        of profile: String, _ files: SharedFiles, asking: [String] = []
    ) throws(CredentialError) -> Credentials {
        let settings = files.settings(of: profile)
        guard settings["mfa_serial"] == nil else {
            throw processNeeded(profile, "wants a one-time code (mfa_serial), which nobody is asked for here")
        }
        let role = try AssumedRole(
            world, settings: settings, region: try serviceRegion(), environment: environment)
        switch (settings["source_profile"], settings["credential_source"]) {
        case (let source?, nil):
            let keys = try credentials(of: source, forRoleOf: profile, files, asking: asking + [profile])
            return try role.load(with: keys)
        case (nil, let place?): return try role.load(with: try credentials(from: place, forRoleOf: profile, files))
        case (nil, nil):
            throw CredentialError(
                "profile '\(profile)' names a role, and not whose keys ask for it: "
                    + "add source_profile or credential_source")
        default:
            throw CredentialError("profile '\(profile)' has source_profile and credential_source: take one of them out")
        }
    }

    private func credentials(
        of source: String, forRoleOf profile: String, _ files: SharedFiles, asking: [String]
    ) throws(CredentialError) -> Credentials {
        guard files.has(profile: source) else {
            throw CredentialError("profile '\(profile)': its source_profile '\(source)' is not there: correct the name")
        }
        let settings = files.settings(of: source)
        let hasKeys = settings["aws_access_key_id"] != nil || settings["aws_secret_access_key"] != nil
        // A profile may ask for its own role, with keys that it has beside.
        guard !asking.contains(source) || (source == profile && hasKeys) else {
            throw CredentialError(
                "profile '\(profile)': its source_profile '\(source)' leads back to itself: change one")
        }
        if files.hasRole(profile: source), !hasKeys { return try fromRole(of: source, files, asking: asking) }
        let found = try fromProfile(source, files) { Self.ofIdentity.contains($0) ? nil : environment($0) }
        guard let found else { throw processNeeded(source, "has no keys for the role of '\(profile)'") }
        return found
    }

    /// Variables that are for the user's own profile.
    private static let ofIdentity = ["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME"]

    private func credentials(
        from place: String, forRoleOf profile: String, _ files: SharedFiles
    ) throws(CredentialError) -> Credentials {
        let found: Credentials?
        switch place {
        case "Environment": found = try fromEnvironment()
        case "EcsContainer": found = try ContainerService(world, environment)?.load()
        case "Ec2InstanceMetadata":
            let settings = files.settings(of: profile)
            found = try InstanceService(world, settings: settings, environment: environment)?.load()
        default:
            throw CredentialError(
                "profile '\(profile)': its credential_source is not one: "
                    + "give Environment, EcsContainer or Ec2InstanceMetadata")
        }
        guard let found else {
            throw CredentialError("profile '\(profile)': its credential_source, \(place), has no credentials here")
        }
        return found
    }
}
