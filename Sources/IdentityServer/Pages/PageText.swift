//  PageText.swift - every text of the pages, in every language: one table.
//
//  `{0}` and `{1}` stand for what is only known at the time. Warnings have 25 words at most.
//  Does not know: which text stands where (Templates/*.mustache and the pages).

/// The texts of the pages.
///
/// A switch instead of a file: a text without its translation does not compile.
enum PageText: String, Sendable, CaseIterable {
  case siteName, testService, testNote, simulatedTime, languages
  case enterCode, connectProgram, enterCodeHint, code, goOn
  case codeMissing, emptyField, notACode, malformed, foreignLetters
  case codeUnknown, unknownCode, codeExpired, expiredCode
  case whoSignsIn, choosePerson, findPerson, find, somePeople, nobodyFound, nobody, nobodyHint
  case compareCode, sameCode, program, unverified, mixedLetters, noName, wants, scopeAccounts
  case scopeNone, scopeIdentity, signInAt, asked, askedFrom, askedNow, thisComputer, unknownPlace
  case software, softwareUnknown, person, validFor, warning, deny, approve, someoneElse
  case allowAccess, mayItSignIn, answerTo, consentWarning
  case approved, approvedText, denied, deniedText, closePage, codeFound, returning, returningText
  case alreadyApproved, alreadyDenied, approvedByYou, deniedByYou, approvedElsewhere
  case deniedElsewhere, startAgain
  case tooManyTries, tooManyCodes, tryAgainIn, letterByLetter, looksAgain
  case formExpired, formLost, pageLost, pageLostText, refused, otherSite, notUnderstood
  case requestUnclear, notPossible, wrongMethod, nothingDecided, cannotReturn, cannotReturnText
  case busy, busyHeading, busyText, start, startHeading, startText
  case second, seconds, minutes, hours

  /// One row of the table.
  struct Row: Sendable {
    let en, de, ja: String

    fileprivate init(_ en: String, _ de: String, _ ja: String) {
      (self.en, self.de, self.ja) = (en, de, ja)
    }
  }
}

extension PageText {
  /// The text in every language.
  var row: Row {
    switch self {
    case .siteName: Row("Local sign-in", "Lokale Anmeldung", "ローカルサインイン")
    case .testService: Row("Test service", "Testdienst", "テスト用")
    case .testNote:
      Row(
        "This is a local test service. Nothing here signs in to AWS; its tokens are fake.",
        "Dies ist ein lokaler Testdienst. Hier meldet sich niemand bei AWS an; die Token sind unecht.",
        "これはローカルのテストサービスです。AWS へのサインインは行われず、トークンは偽物です。")
    case .simulatedTime:
      Row(
        "Time here is simulated: {0} UTC", "Die Zeit ist hier simuliert: {0} UTC",
        "ここの時刻は仮のものです: {0} UTC")
    case .languages: Row("Language", "Sprache", "言語")

    case .enterCode: Row("Enter code", "Code eingeben", "コードを入力")
    case .connectProgram: Row("Connect a program", "Programm verbinden", "プログラムを接続")
    case .enterCodeHint:
      Row(
        "Enter the code that your terminal shows.",
        "Geben Sie den Code ein, den Ihr Terminal zeigt.",
        "ターミナルに表示されたコードを入力してください。")
    case .code: Row("Code", "Code", "コード")
    case .goOn: Row("Continue", "Weiter", "続ける")
    case .codeMissing: Row("Code missing", "Code fehlt", "コードがありません")
    case .emptyField:
      Row(
        "The field was empty. Your terminal shows the code.",
        "Das Feld war leer. Ihr Terminal zeigt den Code.",
        "入力されていません。コードはターミナルに表示されています。")
    case .notACode: Row("Not a code", "Kein Code", "コードではありません")
    case .malformed:
      Row(
        "This is not a code: codes have eight letters, such as BCDF-GHJK.",
        "Das ist kein Code: Codes haben acht Buchstaben, wie BCDF-GHJK.",
        "コードではありません。コードは BCDF-GHJK のような 8 文字です。")
    case .foreignLetters:
      Row(
        "This is not a code: codes have eight letters, no vowels and no digits.",
        "Das ist kein Code: Codes haben acht Buchstaben, keine Vokale und keine Ziffern.",
        "コードではありません。コードは 8 文字で、母音と数字は含まれません。")
    case .codeUnknown: Row("Code not known", "Code unbekannt", "不明なコード")
    case .unknownCode:
      Row(
        "No program is waiting with this code. Compare it with your terminal.",
        "Kein Programm wartet mit diesem Code. Vergleichen Sie ihn mit Ihrem Terminal.",
        "このコードを待っているプログラムはありません。ターミナルの表示と比べてください。")
    case .codeExpired: Row("Code expired", "Code abgelaufen", "期限切れのコード")
    case .expiredCode:
      Row(
        "This code has expired. Start again in your terminal to get a new one.",
        "Dieser Code ist abgelaufen. Beginnen Sie im Terminal von vorn, um einen neuen zu bekommen.",
        "このコードは期限切れです。ターミナルでやり直して新しいコードを取得してください。")

    case .whoSignsIn: Row("Who is signing in?", "Wer meldet sich an?", "誰がサインインしますか?")
    case .choosePerson:
      Row(
        "These people are made up: choose one, no password needed.",
        "Diese Personen sind erfunden: Wählen Sie eine, ohne Passwort.",
        "架空の人物です。一人を選んでください。パスワードは不要です。")
    case .findPerson: Row("Name or e-mail", "Name oder E-Mail", "名前またはメール")
    case .find: Row("Find", "Suchen", "検索")
    case .somePeople:
      Row(
        "{0} of {1} people are shown. Type a part of a name to find others.",
        "{0} von {1} Personen. Geben Sie einen Teil des Namens ein, um andere zu finden.",
        "{1} 人中 {0} 人を表示しています。ほかの人は名前の一部で検索してください。")
    case .nobodyFound:
      Row(
        "Nobody has this name. Try a shorter part of it.",
        "Niemand heißt so. Versuchen Sie einen kürzeren Teil des Namens.",
        "該当する人がいません。もっと短い部分で試してください。")
    case .nobody: Row("Nobody can sign in", "Niemand kann sich anmelden", "サインインできる人がいません")
    case .nobodyHint:
      Row(
        "This service knows no people. Add one to its directory and start it again.",
        "Dieser Dienst kennt keine Personen. Tragen Sie eine ein und starten Sie ihn neu.",
        "このサービスには人が登録されていません。追加して再起動してください。")

    case .compareCode: Row("Compare code", "Code vergleichen", "コードを確認")
    case .sameCode:
      Row(
        "Does your terminal show exactly this code?", "Zeigt Ihr Terminal genau diesen Code?",
        "ターミナルのコードと完全に同じですか?")
    case .program: Row("Program", "Programm", "プログラム")
    case .unverified:
      Row(
        "name chosen by the program, not verified", "Name vom Programm gewählt, nicht geprüft",
        "プログラムが名乗った名前で、確認されていません")
    case .mixedLetters:
      Row(
        "mixes alphabets: letters may not be what they look like",
        "mischt Alphabete: Buchstaben können anders sein, als sie aussehen",
        "複数の文字体系が混ざっています。見た目と違う文字かもしれません")
    case .noName: Row("(no name)", "(ohne Namen)", "(名前なし)")
    case .wants: Row("Wants to", "Möchte", "要求内容")
    case .scopeAccounts:
      Row(
        "see your accounts and roles, and get credentials for them",
        "Ihre Konten und Rollen sehen und Zugangsdaten dafür bekommen",
        "アカウントとロールの表示、および認証情報の取得")
    case .scopeNone: Row("sign in as you", "sich als Sie anmelden", "あなたとしてサインイン")
    case .scopeIdentity:
      Row("know who you are", "wissen, wer Sie sind", "あなたが誰かを知ること")
    case .signInAt: Row("Sign-in at", "Anmeldung bei", "サインイン先")
    case .asked: Row("Asked", "Angefragt", "要求元")
    case .askedFrom: Row("{0} ago, from {1}", "vor {0}, von {1}", "{0}前、{1}から")
    case .askedNow: Row("just now, from {0}", "gerade eben, von {0}", "たった今、{0}から")
    case .thisComputer: Row("this computer", "diesem Computer", "このコンピューター")
    case .unknownPlace: Row("an unknown place", "einem unbekannten Ort", "不明な場所")
    case .software: Row("by {0}", "durch {0}", "{0} を使用")
    case .softwareUnknown:
      Row("by software that did not say its name", "durch Software ohne Angabe", "ソフトウェア名は不明")
    case .person: Row("You are", "Sie sind", "あなた")
    case .validFor: Row("valid for {0}", "gültig für {0}", "有効期間: 残り {0}")
    case .warning:
      Row(
        "If you did not start this, or the code differs, deny. "
          + "Nobody from support will ever ask you to enter a code.",
        "Haben Sie das nicht gestartet oder weicht der Code ab, lehnen Sie ab. "
          + "Kein Support bittet Sie je, einen Code einzugeben.",
        "心当たりがない場合やコードが違う場合は、拒否してください。"
          + "サポート担当者がコードの入力を求めることはありません。")
    case .deny: Row("Deny", "Ablehnen", "拒否")
    case .approve: Row("Approve", "Genehmigen", "承認")
    case .someoneElse:
      Row("Sign in as someone else", "Als jemand anderes anmelden", "別の人としてサインイン")

    case .allowAccess: Row("Allow access", "Zugriff erlauben", "アクセスの許可")
    case .mayItSignIn:
      Row(
        "May this program sign in as you?", "Darf sich dieses Programm als Sie anmelden?",
        "このプログラムにサインインを許可しますか?")
    case .answerTo: Row("Answer goes to", "Antwort geht an", "応答の送り先")
    case .consentWarning:
      Row(
        "If you did not just start a sign-in on this computer, deny. "
          + "Nobody from support will ever ask you to approve one.",
        "Haben Sie nicht eben selbst eine Anmeldung begonnen, lehnen Sie ab. "
          + "Kein Support bittet Sie je, eine zu genehmigen.",
        "このコンピューターでサインインを始めた覚えがない場合は、拒否してください。"
          + "サポート担当者が承認を求めることはありません。")

    case .approved: Row("Approved", "Genehmigt", "承認しました")
    case .approvedText:
      Row(
        "Go back to your terminal: the program continues there.",
        "Zurück zum Terminal: Dort geht es weiter.", "ターミナルに戻ってください。続きはそちらで進みます。")
    case .denied: Row("Denied", "Abgelehnt", "拒否しました")
    case .deniedText:
      Row(
        "The program gets no access. Go back to your terminal: it will say so in a moment.",
        "Das Programm bekommt keinen Zugriff. Zurück zum Terminal: Es meldet das gleich.",
        "アクセスは許可されません。ターミナルに戻ってください。まもなくその旨が表示されます。")
    case .closePage:
      Row("You can close this page.", "Sie können diese Seite schließen.", "このページは閉じて構いません。")
    case .codeFound: Row("Code found", "Code gefunden", "コードが見つかりました")
    case .returning: Row("Going back", "Zurück", "戻ります")
    case .returningText:
      Row(
        "Your browser is on its way back to the program.",
        "Ihr Browser kehrt zum Programm zurück.", "ブラウザーはプログラムに戻ります。")
    case .alreadyApproved: Row("Already approved", "Schon genehmigt", "すでに承認済み")
    case .alreadyDenied: Row("Already denied", "Schon abgelehnt", "すでに拒否済み")
    case .approvedByYou:
      Row(
        "You approved this request before, and that stays.",
        "Sie haben diese Anfrage schon genehmigt, und dabei bleibt es.",
        "この要求はあなたがすでに承認しており、変更できません。")
    case .deniedByYou:
      Row(
        "You denied this request before, and that stays.",
        "Sie haben diese Anfrage schon abgelehnt, und dabei bleibt es.",
        "この要求はあなたがすでに拒否しており、変更できません。")
    case .approvedElsewhere:
      Row(
        "This request was approved elsewhere, and that stays: in another browser, or by a test.",
        "Diese Anfrage wurde anderswo genehmigt, und dabei bleibt es: "
          + "in einem anderen Browser oder von einem Test.",
        "この要求は別のブラウザーまたはテストによってすでに承認されており、変更できません。")
    case .deniedElsewhere:
      Row(
        "This request was denied elsewhere, and that stays: in another browser, or by a test.",
        "Diese Anfrage wurde anderswo abgelehnt, und dabei bleibt es: "
          + "in einem anderen Browser oder von einem Test.",
        "この要求は別のブラウザーまたはテストによってすでに拒否されており、変更できません。")
    case .startAgain:
      Row(
        "To decide anew, start again in your terminal.",
        "Um neu zu entscheiden, beginnen Sie im Terminal von vorn.",
        "改めて決めるには、ターミナルでやり直してください。")

    case .tooManyTries: Row("Too many tries", "Zu viele Versuche", "試行回数の超過")
    case .tooManyCodes:
      Row("Too many wrong codes", "Zu viele falsche Codes", "間違ったコードが多すぎます")
    case .tryAgainIn:
      Row("Try again in {0}.", "Versuchen Sie es in {0} wieder.", "{0}後にもう一度お試しください。")
    case .letterByLetter:
      Row(
        "Compare the code with your terminal letter by letter.",
        "Vergleichen Sie den Code Buchstabe für Buchstabe mit Ihrem Terminal.",
        "コードを 1 文字ずつターミナルと比べてください。")
    case .looksAgain:
      Row(
        "This page looks again by itself.", "Diese Seite sieht von selbst wieder nach.",
        "このページは自動的に更新されます。")
    case .formExpired: Row("Form expired", "Formular abgelaufen", "フォームの期限切れ")
    case .formLost:
      Row(
        "This form is no longer valid", "Dieses Formular gilt nicht mehr", "このフォームは無効になりました")
    case .pageLost: Row("Page expired", "Seite abgelaufen", "ページの期限切れ")
    case .pageLostText:
      Row(
        "What was decided stays. Your terminal knows how it ended.",
        "Was entschieden wurde, bleibt. Ihr Terminal weiß, wie es ausging.",
        "決定した内容は変わりません。結果はターミナルで確認できます。")
    case .refused: Row("Refused", "Verweigert", "拒否されました")
    case .otherSite:
      Row(
        "This request came from another site", "Diese Anfrage kam von einer anderen Website",
        "この要求は別のサイトから送られました")
    case .notUnderstood: Row("Not understood", "Nicht verstanden", "解釈できません")
    case .requestUnclear:
      Row(
        "This request was not understood", "Diese Anfrage war nicht zu verstehen",
        "この要求を解釈できませんでした")
    case .notPossible: Row("Not possible", "Nicht möglich", "利用できません")
    case .wrongMethod:
      Row(
        "This page cannot be asked like that", "Diese Seite lässt sich so nicht aufrufen",
        "このページはその方法では利用できません")
    case .nothingDecided:
      Row("Nothing was decided.", "Es wurde nichts entschieden.", "何も決定されていません。")
    case .cannotReturn:
      Row("Sign-in refused", "Anmeldung verweigert", "サインインできません")
    case .cannotReturnText:
      Row(
        "The program sent you here with a request that this service cannot answer:",
        "Das Programm hat Sie mit einer Anfrage geschickt, die dieser Dienst nicht beantworten kann:",
        "プログラムからの要求に応答できません:")
    case .busy: Row("Not ready", "Nicht bereit", "準備中")
    case .busyHeading:
      Row(
        "The service is busy or restarting", "Der Dienst ist beschäftigt oder startet neu",
        "サービスは処理中か再起動中です")
    case .busyText:
      Row(
        "This was not decided. Go back and try again in a moment.",
        "Darüber wurde nicht entschieden. Gehen Sie zurück und versuchen Sie es gleich wieder.",
        "決定は行われていません。少し待ってから戻ってやり直してください。")
    case .start: Row("Start", "Start", "開始")
    case .startHeading:
      Row("Local identity service", "Lokaler Anmeldedienst", "ローカル ID サービス")
    case .startText:
      Row(
        "Programs that are pointed at this address can sign in here.",
        "Programme, die auf diese Adresse zeigen, können sich hier anmelden.",
        "このアドレスを指定したプログラムは、ここでサインインできます。")

    case .second: Row("1 second", "1 Sekunde", "1 秒")
    case .seconds: Row("{0} seconds", "{0} Sekunden", "{0} 秒")
    case .minutes: Row("{0} minutes", "{0} Minuten", "{0} 分")
    case .hours: Row("{0} hours", "{0} Stunden", "{0} 時間")
    }
  }
}
