//  OutsiderTests.swift - released AWS and OAuth clients take the local service for a real one.
//
//  One at a time: each is a process of its own, and the machine has other tests to run.

#if Server
  import Testing

  @Suite(.serialized) struct `A client that nobody here wrote` {
    @Test(.enabled(if: Outsider.hasPython, Outsider.hint))
    func `AWS-01 AWS-04 AWS-09 boto3 uses all eight operations`() async throws {
      try await Outsider.run("boto3_operations.py", says: "boto3: eight operations")
    }

    @Test(.enabled(if: Outsider.hasPython, Outsider.hint))
    func `AWS-02 AWS-03 boto3 raises every modelled exception class`() async throws {
      try await Outsider.run("boto3_errors.py", says: "boto3: 4 exception classes of sso")
    }

    @Test(.enabled(if: Outsider.hasPython, Outsider.hint))
    func `R6749-18 botocore refreshes a token, writes it, finds it and gets role credentials`()
      async throws
    {
      try await Outsider.run(
        "botocore_cache.py", says: "botocore: found its own token and got role credentials")
    }

    @Test(.enabled(if: Outsider.hasPython, Outsider.hint))
    func `botocore and sso.ensure go on from each other's cache`() async throws {
      try await Outsider.run(
        "botocore_ours.py", says: "botocore: it and we go on from each other's tokens",
        service: "--approve", "auto")
    }

    @Test(.enabled(if: Outsider.hasPython, Outsider.hint))
    func `AWS-01 AWS CLI v1 runs the raw operations`() async throws {
      try await Outsider.run("aws_cli_1.py", says: "aws-cli 1: all eight operations")
    }

    @Test(.enabled(if: Outsider.hasPython, Outsider.hint))
    func `AWS CLI v1 sets keys around profiles of ours, and they stay where they belong`()
      async throws
    {
      try await Outsider.run(
        "aws_cli_config.py", says: "aws-cli 1: its keys stay with their profiles",
        service: "--approve", "auto")
    }

    @Test(.enabled(if: Outsider.hasDebian, Outsider.hint))
    func `R8628-17 AWS CLI 2 logs in without a browser, and its double poll is forgiven`()
      async throws
    {
      try await Outsider.run("aws_cli_2.py", says: "aws-cli 2: login, credentials, logout")
    }

    @Test(.enabled(if: Outsider.hasPython, Outsider.hint))
    func `aws-sso-util logs in, lists roles, gives credentials and logs out`() async throws {
      try await Outsider.run(
        "aws_sso_util.py", says: "aws-sso-util: login, roles, credential-process, logout",
        service: "--approve", "auto")
    }

    @Test(.enabled(if: Outsider.hasPython, Outsider.hint))
    func `AWS-08 R7636-02 R8252-01 a generic client gets a code by PKCE, and boto3 a token for it`()
      async throws
    {
      try await Outsider.run(
        "oauthlib_codes.py",
        says: "requests-oauthlib and boto3: an authorization code with PKCE",
        service: "--approve", "auto")
    }

    @Test(.enabled(if: Outsider.hasPython, Outsider.hint))
    func `R8628-14 R8628-25 R6749-01 a generic OAuth client signs in by profile rfc`() async throws
    {
      try await Outsider.run(
        "oauthlib_clients.py",
        says: "requests-oauthlib: metadata, registration, device grant, refresh, Basic",
        service: "--profile", "rfc")
    }
  }
#endif
