// The words of English that carry no subject of their own, so that a question may hold any number of them.
// Topic words (weather, employees, customers, shares) are left out on purpose: a question about them that no
// skill explains must be refused, not answered about something else.

/// What English words weigh in a question.
package enum EnglishWords {
    /// Articles, prepositions, pronouns, auxiliaries, pleasantries: weightless.
    package static let stop: Set<String> = set(
        """
        a about after again against all almost already also am an and another any anyone anything are as at be been
        before being both but by can cannot could couldnt did didnt do does doesnt doing done dont each either else
        etc ever every everything for from had has hasnt have havent having he hello her here hey hi him his how
        however i if im in into is isnt it its itself just kind kindly let lets like ll may maybe me might mine more
        must my myself need next no nor not of off oh ok okay on once one ones only onto or other our ours ourselves out own
        per please pls plz quite rather re really regarding respect respectively said same shall she should since so
        some somebody someone something somewhat soon still such sure than thank thanks that the their theirs them
        then there these they thing things this those though through thus to together too toward towards under until
        up upon us ve very via want wanted wants was wasnt we well were werent what whatever when where whether which
        while who whole whom whose why will wish with within wont would wouldnt yes yet you your yours s t d m
        between among amongst during throughout across along inside near past per till unlike whereas neither despite
        towards apiece regardless okay indeed anyway whichever hows whats wheres thats theres whos gimme wanna gonna dear assistant good morning afternoon evening
        """
    )

    /// General verbs, adjectives, adverbs and nouns of asking: they weigh half and may stay unexplained.
    package static let soft: Set<String> = set(
        """
        able accordingly according account accurate accurately across actual actually add additional advise afford
        ahead aim allow along alongside amount amounted amounts analyse analysis analyze answer apart appear apparent
        approximate approximately area areas around aside ask asked asking aspect assess assist assuming available
        away back background based basically basis became become begin behalf believe beside besides best better big
        bit brief briefly bring brought business call came capture care carry case check clear
        clearly close closely collect come comes coming comment committee company concern concerned concerning
        confirm consider considered consist contain context could curious current currently cut data date deck
        deliver depth describe description detail detailed details determine different dig display doing download
        due during easily easy elaborate ended ending ends enough entire entirely essentially estimate evaluate even
        everybody exact exactly examine example execs executive executives exist expect express fact fairly far fast
        feel fetch few figure figures file final finally finance financial financially financials find fine finish
        firm first fit five focus follow following follows form former forward found four full fully further furnish
        gather gave general generally generate generated get gets getting give given gives giving glad go goes going
        gone got great group guess guys hand handle hang happen happened happening happens happy hard hear held help
        helpful hence high low bad badly hold idea identify illustrate immediate immediately important include included including
        incur incurred indicate individual info inform information initial input inquire inside insight insights
        instance instead intend interested investigate involved isolate issue itemise itemize job justify keep key
        knew know knowing known large last lately later latest lay lead least leave left less let letting level
        levels light likely line list listed little live long look looked looking looks lot lots made main mainly
        major make makes making manage manner many mark matter matters mean meaning meanwhile measure measured
        mention mentioned mere met mind minute moment most mostly move moved moving much namely near nearly
        necessary needed needs new nice nobody none normal normally not note nothing notice now number numbers
        obtain obviously occur occurred offer often old open optimal organisation organization otherwise
        outcome outline outside over overall overview page part particular particularly parts past percent
        perform performed performing perhaps period periods picture piece pinpoint place plain please point
        pop position possible possibly post potential precise precisely prepare prepared preparing present presented
        preview previous previously print prior probably proceed produce produced provide provided pull purposes put
        question questions quick quickly quite ran range rank ranked ranking ranks rate rates read ready real
        realise realize reason reasonable receive recent recently record recorded refer reference reflect regard
        related relation relevant rely remain remind report reported reporting reports request require respective
        respond rest result results retrieve reveal review right rough roughly round run running
        said saw say saying says second section see seeing seek seem seems seen select send sense separate separately
        seven sheet short shortly show showed showing shown shows side significant significantly similar simple
        simply single sit sits sitting situation six size skip small snapshot sort sorted speaking specific
        specifically specify speed spot stand standing stands start started starting state stated statement
        statistics stats status stay stood stop straight strong study stuff subject submit substantial suggest
        sum summarise summarize summary supply suppose table take taken takes taking talk tell ten term terms text
        therefore think thinking third thought thoughts three thus tick till time times today told took top topic
        totally touch track transpired treat tried true try trying turn turned twice two type typical typically
        understand understanding understood up update updated updates upload upper use used useful
        using usual usually value values various verify versus view visible walk wanting watch way ways week weekly
        went weve whenever wherever wide willing wonder wondering word words work worked working works world worry
        worth write written wrong yeah year yesterday youd youve zero zoom fyi asap btw presently henceforth hitherto
        ballpark rundown lowdown scoop gist tldr nutshell crunch deep dive drill down bottomline takeaway skinny
        altogether combined respectively solely merely alone strictly attributable belonging pertaining relating
        stemming arising originating generated booked logged posted registered accumulated amassed accrued garnered
        tracking track tracks operate operates operated operation operations far fare faring fares pan panned panning
        shaping shape shaped pacing pace paces wondering trying interested curious glance peek heads flag handy grab fire
        realised realized attained chalked racked tallied totaled totalled totalling totaling clocked came
        """
    )

    /// Finds the word of asking that a misspelt one was meant to be ("wich").
    ///
    /// Few words: an unknown name must not be taken for a misspelt article.
    package static let askingSpelling = SpellingIndex([
        "which", "what", "where", "when", "much", "many", "does", "have", "with", "from", "that", "this", "please",
        "could", "would", "should", "about", "between", "because", "during",
    ])

    /// Words that must not be taken for a misspelling of a vocabulary word.
    package static func isOrdinary(_ word: String) -> Bool {
        stop.contains(word) || soft.contains(word) || topics.contains(word)
    }

    /// Everyday topic words near enough to business words to be mistaken for them.
    private static let topics: Set<String> = set(
        """
        weather whether stock stocks stack price prices prize prizes share shares headcount employee employees staff
        salary salaries people person team teams customer customers client clients user users visitor visitors traffic
        cash cast coast cost costly host most post lost market markets president capital country city code email
        mails phone address name names note news game games sport sports movie music song songs food recipe cook
        coffee lunch dinner joke jokes story poem love hate life live death moon planet earth water fire air land sea
        house home school book books card cards word worlds train plane plant plants tree trees dog dogs cat cats
        interest interests inflation exchange bitcoin crypto currency password passwords secret secrets prompt system
        ignore instructions instruction rule rules admin bank banks loan loans debt debts tax taxes law laws court
        satisfaction churn retention turnover attrition hire hired hires hiring vacancy competitor competitors
        stage strange trends friend travel trial trail rent rental parent patent agent event invent product project
        projects month mouth region religion legion reason season lesson person version session mission vision
        planet panel pants patient patients medical doctor hospital engine engineer engineers engineering
        """
    )

    private static func set(_ text: String) -> Set<String> {
        Set(text.split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init))
    }
}
