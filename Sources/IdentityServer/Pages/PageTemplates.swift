//  PageTemplates.swift - from a page to its HTML.
//
//  Knows: swift-mustache, parsed at the first page, so that starting the server costs nothing; and
//  how texts are escaped.
//  Does not know: which page is due (PageFlow).

#if Server
  internal import IdentityService
  internal import Mustache

  extension PageReply {
    /// The whole document; with the service's time, if that is not real.
    func document(simulatedTime: ServiceTime?) -> String {
      var values = page.values.mapValues { $0.rendered(in: language) }
      values["t"] = language
      values["language"] = language.tag
      values["direction"] = language.isRightToLeft ? "rtl" : "ltr"
      values["title"] = language.text(page.title)
      values["template"] = page.template.rawValue
      values["languages"] = languages.map { choice in
        [
          "address": address(in: choice), "tag": choice.tag, "name": choice.name,
          "isCurrent": choice.tag == language.tag,
        ]
      }
      values["simulatedTime"] = simulatedTime.map {
        let clock = $0.internetDate.prefix(19).split(separator: "T").joined(separator: " ")
        return language.text(.simulatedTime, [.text(clock)])
      }
      return PageTemplates.library.render(values, withTemplate: "frame") ?? ""
    }
  }

  extension PageValue {
    /// The value as the template library takes it.
    fileprivate func rendered(in language: Language) -> Any {
      switch self {
      case .text, .phrase, .duration: string(in: language)
      case .present: true
      case .list(let values): values.map { $0.rendered(in: language) }
      case .row(let values): values.mapValues { $0.rendered(in: language) }
      }
    }
  }

  /// `{{t.deny}}` is the text of that name.
  extension Language: MustacheParent {
    func child(named name: String) -> Any? { PageText(rawValue: name).map { text($0) } }
  }

  /// The files in `Templates`.
  enum PageTemplates {
    static let sources = [
      "frame": PackageResources.frame_mustache, "entry": PackageResources.entry_mustache,
      "person": PackageResources.person_mustache, "hidden": PackageResources.hidden_mustache,
      "confirm": PackageResources.confirm_mustache, "consent": PackageResources.consent_mustache,
      "decision": PackageResources.decision_mustache, "end": PackageResources.end_mustache,
    ].mapValues { String(decoding: $0, as: UTF8.self) }

    static let library: MustacheLibrary = {
      MustacheContentTypes.register(ScalarEscaping(), named: "PAGE")
      do {
        let templates = try sources.mapValues {
          try MustacheTemplate(string: "{{% CONTENT_TYPE:PAGE}}\n" + $0)
        }
        return MustacheLibrary(templates: templates)
      } catch {
        fatalError("a template of the pages cannot be read: \(error)")
      }
    }()
  }

  /// Escapes for text and quoted attributes, scalar by scalar (S21).
  ///
  /// The library's own escaping goes by characters, to which a quote and a combining mark are one
  /// that needs no escape; to a browser that quote ends the attribute.
  struct ScalarEscaping: MustacheContentType {
    func escapeText(_ text: String) -> String {
      var result = ""
      for scalar in text.unicodeScalars {
        switch scalar {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        case "'": result += "&#39;"
        default: result.unicodeScalars.append(scalar)
        }
      }
      return result
    }
  }
#endif

/// The one stylesheet.
let stylesheet = String(decoding: PackageResources.style_css, as: UTF8.self)
