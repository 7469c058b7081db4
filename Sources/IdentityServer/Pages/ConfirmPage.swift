//  ConfirmPage.swift - where a person compares the code and decides.
//
//  Knows: what the person must see first (R8628-11, R8628-12, R8628-29). Deny and Approve weigh the
//  same, and neither has the focus.

internal import IdentityService

extension Page {
  /// The request behind a code, and two buttons.
  static func confirm(_ request: Verification, formToken: String) -> Page {
    Page(
      status: 200, title: "Compare code",
      main: """
        <h1 tabindex="-1" autofocus>Does your terminal show exactly this code?</h1>
        <p class="code shown"><span role="img" aria-label="\(spelled(request.userCode))">\
        \(request.userCode.display)</span></p>
        <dl>
        \(facts(about: request))
        </dl>
        <p class="warning">If you did not start this, or the code differs, deny. Nobody from \
        support will ever ask you to enter a code.</p>
        <form class="decision" method="post" action="/device/decision">
        <input type="hidden" name="form_token" value="\(formToken)">
        <input type="hidden" name="user_code" value="\(request.userCode.display)">
        <button class="no" type="submit" name="decision" value="deny">Deny</button>
        <button class="yes" type="submit" name="decision" value="approve">Approve</button>
        </form>
        """)
  }

  /// Letter by letter, for people who hear the page.
  private static func spelled(_ code: UserCode) -> String {
    code.letters.map(String.init).joined(separator: " ")
  }

  private static func facts(about request: Verification) -> [HTML] {
    let scopes =
      request.scopes.isEmpty
      ? ["sign in as you"] : request.scopes.map { presentable($0) }
    return [
      fact("Program", "<bdi>\(presentable(request.clientName))</bdi>"),
      "<dd class=\"aside\">name chosen by the program, not verified</dd>",
      fact("Wants to", "<bdi>\(scopes.joined(separator: ", "))</bdi>"),
      fact("Sign-in at", "<bdi>\(presentable(request.startURL))</bdi>"),
      fact("Asked", "\(spoken(request.age)) ago, from \(place(request.requester.address))"),
      fact("Software", "<bdi>\(software(request.requester))</bdi>"),
      fact("Code valid for", "\(spoken(request.remaining))"),
    ]
  }

  private static func fact(_ name: String, _ value: HTML) -> HTML {
    "<dt>\(name)</dt><dd>\(value)</dd>"
  }

  private static func place(_ address: String) -> String {
    let isHere = address.hasPrefix("127.") || address == "::1" || address == "::ffff:127.0.0.1"
    return isHere ? "this computer" : address.isEmpty ? "an unknown place" : address
  }

  /// The first product of the `User-Agent`, such as `aws-cli/2.36.7`; the rest is for machines.
  private static func software(_ requester: Requester) -> String {
    let product = requester.userAgent.prefix { $0 != " " }
    return product.isEmpty ? "did not say" : presentable(String(product))
  }
}
