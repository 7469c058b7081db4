//  PeopleTests.swift - who signs in, where the directory knows hundreds.

#if Server
  import IdentityService
  import StrictJSON
  import Testing

  @testable import IdentityServer

  @Suite struct `A list of many people` {
    private func opened() -> (visit: Visit, list: PageReply, flow: JSONObject) {
      var visit = Visit(directory: .crowd)
      let flow = visit.start()
      let list = visit.get("/device", query: "user_code=\(flow["userCode"]?.asString ?? "")")
      return (visit, list, flow)
    }

    private func names(_ reply: PageReply) throws -> [String] {
      try reply.tree.all("button").filter { $0["name"] == "person" }.compactMap { $0["value"] }
    }

    /// What the form that looks for people sends.
    private func query(_ reply: PageReply, finding text: String) throws -> String {
      let form = try #require(try reply.tree.all("form").first { $0["role"] == "search" })
      let field = try #require(form.all("input").first { $0["type"] == "hidden" })
      #expect(form["method"] == "get" && form["action"] == "/device/person")
      return "\(field["name"] ?? "")=\(percentEncoded(field["value"] ?? ""))&find="
        + percentEncoded(text)
    }

    @Test func `is not longer than 20 kB`() throws {
      let list = opened().list

      #expect(list.html.utf8.count <= 20_000, "\(list.html.utf8.count)")
      #expect(try names(list).count == 40)
      #expect(list.html.contains("40 of 500 people are shown"))
    }

    @Test(arguments: [
      ("person 499", ["p499"]), ("PERSON499@", ["p499"]), ("p499", ["p499"]),
      ("499 person", ["p499"]), ("nobody", []), ("<b>", []),
    ])
    func `finds the others by a part of name or address`(text: String, found: [String]) throws {
      var (visit, list, _) = opened()

      let reply = visit.get("/device/person", query: try query(list, finding: text))

      #expect(try names(reply) == found && reply.status == 200)
      #expect(reply.html.contains("Nobody has this name") == found.isEmpty)
      #expect(try reply.tree.all("input").contains { $0["name"] == "find" && $0["value"] == text })
    }

    @Test func `signs in who was found`() throws {
      var (visit, list, flow) = opened()

      let found = visit.get("/device/person", query: try query(list, finding: "499"))
      let fields = try found.tree.all("form").last?.all("input") ?? []
      let form = fields.map { ($0["name"] ?? "", $0["value"] ?? "") } + [("person", "p499")]
      let confirm = visit.browse(
        "POST", "/device/person", form: Dictionary(form) { first, _ in first })
      let done = visit.press(confirm, ["decision": "approve"])

      #expect(confirm.html.contains("Person 499") && done.page.title == .approved)
      #expect(visit.poll(flow) == "token")
    }

    @Test func `keeps what is looked for when the language changes`() throws {
      var (visit, list, _) = opened()

      let reply = visit.get("/device/person", query: try query(list, finding: "person 49"))

      #expect(reply.address(in: .english).contains("&find=person%2049&lang=en"))
    }

    @Test func `is no search where everyone fits`() throws {
      var visit = Visit()
      let list = visit.get("/device", query: "user_code=\(visit.startedCode())")
      #expect(try list.tree.all("form").count == 1)
    }

    @Test(arguments: [(40, 1), (41, 2)])
    func `is searched from the first on that does not fit`(count: Int, forms: Int) throws {
      let people = Array(Directory.crowd.people.prefix(count))
      var visit = Visit(directory: Directory(people: people, accounts: []))
      let list = visit.get("/device", query: "user_code=\(visit.startedCode())")
      #expect(try list.tree.all("form").count == forms && names(list).count == 40)
    }
  }

  extension Directory {
    /// 500 people.
    static let crowd = Directory(
      people: (0..<500).map { number in
        Person(
          name: "p\(number)", displayName: "Person \(number)", email: "person\(number)@example.com",
          roles: [:])
      }, accounts: [])
  }
#endif
