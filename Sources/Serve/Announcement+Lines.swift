//  Announcement+Lines.swift - how it is said that the service is ready.
//
//  Knows: what goes to the reader of the first line, to a person, and to whoever reads the log.

#if Server
  internal import IdentityServer
  internal import Platform
  internal import enum SSOScript.ShellWord
  internal import StrictJSON

  extension Announcement {
    /// Export lines for a shell; TMPDIR, where the CA is, may have any letter in it.
    var shellLines: String {
      """
      export AWS_ENDPOINT_URL_SSO_OIDC=\(ShellWord.inQuotes(endpoint))
      export AWS_ENDPOINT_URL_SSO=\(ShellWord.inQuotes(endpoint))
      \(caFile.map { "export AWS_CA_BUNDLE=\(ShellWord.inQuotes($0))\n" } ?? "")
      """
    }

    func readyLine(format: ReadyFormat) -> String {
      guard format == .json else { return "The identity service is ready at \(endpoint)\n" }
      var object: JSONObject = [
        "endpoint": .string(endpoint), "startUrl": .string(startURL),
        "controlUrl": .string(controlURL), "controlToken": .string(controlToken),
        "pid": .integer(Int64(getpid())),
      ]
      if let caFile { object["caFile"] = .string(caFile) }
      // Texts and one number: encoding has nothing to refuse.
      let bytes = (try? JSON.object(object).encoded()) ?? []
      return String(decoding: bytes, as: UTF8.self) + "\n"
    }

    /// For the person at the terminal, without the control token.
    func banner(_ remark: String?) -> String {
      """
      \(remark.map { $0 + "\n" } ?? "")\
      Start URL:   \(startURL)
      Enter codes: \(endpoint)/device
      This is a local test service: its tokens are fake. Stop it with Ctrl-C.

      """
    }

    /// The same where programs read the log.
    func logLines(_ level: LogLevel, _ remark: String?) -> String {
      let fields = ["endpoint": endpoint, "startUrl": startURL]
      let ready = level.includes(.info) ? LogFormat.json.line("info", "ready", fields) : ""
      guard let remark, level.includes(.warning) else { return ready }
      return LogFormat.json.line("warning", remark) + ready
    }
  }
#endif
