//  CheckedNode.swift - one value of a YAML file that knows where it stands.
//
//  Knows: lists, members and texts, and how an error about each is worded. Values never get into
//  an error: they may be secrets.

#if Server
  internal import IdentityService
  internal import Yams

  /// A value with its place, for errors.
  struct CheckedNode {
    private let node: Node
    private let file: String
    /// As in `people[1].roles`; empty at the top.
    private let path: String

    private init(_ node: Node, _ file: String, _ path: String) {
      self.node = node
      self.file = file
      self.path = path
    }

    init(parsing text: String, file: String) throws(DirectoryFileError) {
      do {
        guard let root = try compose(yaml: text) else {
          throw DirectoryFileError(description: "\(file): there is nothing in it")
        }
        self.init(root, file, "")
      } catch {
        throw error as? DirectoryFileError
          ?? DirectoryFileError(description: (error as? YamlError).words(file: file))
      }
    }

    func error(_ problem: String) -> DirectoryFileError {
      let line = node.mark.map { ":\($0.line)" } ?? ""
      let place = path.isEmpty ? "" : "\(path): "
      return DirectoryFileError(description: "\(file)\(line): \(place)\(problem)")
    }

    subscript(name: String) -> CheckedNode? {
      guard let value = node.mapping?.first(where: { $0.key.string == name })?.value else {
        return nil
      }
      return CheckedNode(value, file, path.isEmpty ? name : "\(path).\(name)")
    }

    func required(_ name: String) throws(DirectoryFileError) -> CheckedNode {
      guard node.mapping != nil else { throw error("is \(kind), not an object with \(name)") }
      guard let value = self[name] else { throw error("\(name) is missing") }
      return value
    }

    /// Refuses members of other names.
    func allow(_ names: String...) throws(DirectoryFileError) {
      guard let mapping = node.mapping else { throw error("is \(kind), not an object") }
      for key in mapping.keys where !names.contains(key.string ?? "") {
        throw CheckedNode(key, file, path)
          .error("unknown member; known are \(names.joined(separator: ", "))")
      }
    }

    func members() throws(DirectoryFileError) -> [(String, CheckedNode)] {
      guard let mapping = node.mapping else { throw error("is \(kind), not an object") }
      return mapping.map { key, value in
        let name = key.string ?? ""
        return (name, CheckedNode(value, file, "\(path).\(name)"))
      }
    }

    func elements() throws(DirectoryFileError) -> [CheckedNode] {
      guard let sequence = node.sequence else { throw error("is \(kind), not a list") }
      return sequence.enumerated().map { CheckedNode($1, file, "\(path)[\($0)]") }
    }

    func text() throws(DirectoryFileError) -> String {
      guard let text = node.scalar?.string, !isNull else { throw error("is \(kind), not a text") }
      guard Directory.isText(text) else {
        throw error("is empty, too long, or has control characters")
      }
      return text
    }

    func texts() throws(DirectoryFileError) -> [String] {
      try elements().map { node throws(DirectoryFileError) in try node.text() }
    }

    func requireDistinct(_ names: [String]) throws(DirectoryFileError) {
      guard Set(names).count == names.count else { throw error("has the same name twice") }
    }

    private var isNull: Bool {
      node.scalar?.style == .plain && ["", "~", "null"].contains(node.scalar?.string)
    }

    private var kind: String {
      switch node {
      case .mapping: "an object"
      case .sequence: "a list"
      case .scalar: isNull ? "empty" : "a text"
      case .alias: "an alias"
      }
    }
  }

  extension YamlError? {
    /// Without the piece of the file that the library would show: it may hold a secret.
    fileprivate func words(file: String) -> String {
      switch self {
      case .scanner(_, let problem, let mark, _)?, .parser(_, let problem, let mark, _)?,
        .composer(_, let problem, let mark, _)?:
        "\(file):\(mark.line): \(problem)"
      case .duplicatedKeysInMapping(let keys, let context)?:
        "\(file):\(context.mark.line): \(keys.first ?? "a member") stands there twice"
      default: "\(file) is neither YAML nor JSON"
      }
    }
  }
#endif
