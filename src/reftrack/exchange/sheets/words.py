"""Words in the cells of a spreadsheet, as people and programs write them."""

from __future__ import annotations

from collections.abc import Mapping

from reftrack.exchange.sheets.keys import keys_of

_STATUSES = {
    "": """
        new | open | open not contacted | not contacted | not contacted yet | uncontacted | lead |
        lead in | new lead | incoming | received | not started | pending | unassigned |
        assigned | to do | to call | to contact | call | fresh | subscriber |
        marketing qualified lead | mql | prospecting | prospect | active | hot | warm | cold |
        raw | none | in queue | queue | neu | offen | nouveau | nuevo | nuovo | nieuw | live |
        referral | referred | potential | other | open lead | not yet contacted |
        awaiting contact | needs contact | untouched | submitted | invited | nicht kontaktiert |
        noch offen | a contacter | por contactar | da contattare | given your card |
        told them you would call | told them you will call | novo | em aberto | abierto | aperto |
        ouvert | todo | havent called | not called | not called yet | no contact made""",
    "attempted": """
        attempted | attempted to contact | attempting | attempting contact | attempt |
        no answer | left message | left voicemail | left vm | lvm | voicemail | no reply |
        no response | tried | called no answer | tried to reach | not reached | unreachable |
        attempted contact | nicht erreicht | waiting | awaiting response | awaiting reply |
        waiting for response | waiting for reply | waiting on response | no answer yet |
        left msg | emailed | email sent | texted | called left message |
        called left voicemail | no contact yet | tried to contact | attempt 1 | attempt 2 |
        attempt 3 | 1st attempt | 2nd attempt | 3rd attempt""",
    "contacted": """
        contacted | contact made | closed converted | qualified converted | connected | reached |
        spoke | called | working | working contacted | in progress | in contact |
        in discussion | in conversation | engaged | qualified | sales qualified lead | sql |
        sales accepted lead | opportunity | nurturing | nurture | bad timing | contact in future |
        contact later | open deal | proposal | proposal sent | proposal made |
        proposal price quote | proposal quote | quote | quoted | quote sent | estimate sent |
        estimate given | negotiation | negotiating | negotiation review | negotiations started |
        contract sent | contract out | decision maker bought in | id decision makers |
        perception analysis | value proposition | needs analysis | needs defined | qualification |
        qualified to buy | appointment scheduled | appointment set | presentation scheduled |
        demo scheduled | meeting scheduled | meeting set | meeting booked | following up |
        follow up | followed up | responded | replied | interested | thinking | considering |
        kontaktiert | in bearbeitung | in kontakt | contacte | contactado | contattato |
        proposal sent to client | identify decision makers | on hold | deferred | discovery |
        discovery call | undecided | qualify | qualified lead | pre qualified | propose |
        negotiate | meet present | working lead | working on it | consult scheduled |
        consultation scheduled | scheduled | appt set | appt scheduled | appointment booked |
        call scheduled | in pipeline | in negotiation | under review | in talks | talking |
        bid sent | quote given | proposal submitted | estimate provided | contract negotiation |
        initial contact | initial contact made | spoke to | spoken | spoken to | angebot |
        angebot erstellt | en cours | en proceso | in corso | in behandeling | termin vereinbart |
        angebot gesendet | rendez vous pris | rdv pris | en negociation | devis envoye |
        cita programada | cita agendada | en negociacion | propuesta enviada |
        appuntamento fissato | in trattativa | preventivo inviato | afspraak gemaakt |
        afspraak gepland | offerte verstuurd | contatado | em andamento | em contato |
        em negociacao | proposta enviada | under contract | pre approved | pre approval |
        in escrow | screening | in review | intake scheduled | qualificado | agendado |
        reuniao agendada | calificado | gesprach gefuhrt | negociacion | propuesta |
        calificacion | negociacao | proposta | trattativa | negociation | verhandlung""",
    "met": """
        met | meeting held | meeting done | meeting completed | had meeting |
        appointment held | appointment completed | appointment kept | consultation |
        consultation done | consultation held | demo done | demo completed | demo given |
        presentation made | presentation given | presented | site visit done | getroffen |
        consult complete | consult completed | consultation complete | consultation completed |
        first meeting held | initial meeting | met with | appointment done | demo""",
    "won": """
        won | closed won | close won | closed as won | deal won | opportunity won | sold | sale |
        signed | contract signed | signed up | customer | client | new client | became client |
        became a client | became customer | existing customer | converted | closed business |
        got the business | business won | hired | engaged us | purchased | bought | evangelist |
        gewonnen | abgeschlossen gewonnen | auftrag | kunde | gagne | ganado | vinto |
        gewonnen deal | closed sale | sale closed | retained | active client | current client |
        won deal | deal closed won | closed won business | vente | verkauft | auftrag erhalten |
        signe | conclu | cerrado ganado | ganada | chiuso vinto | vinta | opdracht | ganho |
        fechado ganho | vendido | funded | closed funded | loan funded | policy issued |
        rewarded | reward paid | reward sent""",
    "delivered": """
        delivered | job complete | job completed | work complete | work completed |
        project complete | project completed | installed | fulfilled | closed completed |
        paid | invoiced | erledigt | fertig | livre | entregado""",
    "lost": """
        lost | closed lost | close lost | closed as lost | deal lost | opportunity lost |
        not won | no sale | no deal | no business | dead | dead lead | dead deal | dropped |
        went elsewhere | went with competitor | went with someone else | chose competitor |
        lost to competitor | not interested | no interest | no longer interested | not hired |
        did not hire | abandoned | closed not converted | not converted | unsuccessful |
        cancelled | canceled | withdrawn | lost lead | didnt close | did not close | verloren |
        abgesagt | perdu | perdido | perso | ghosted | lost customer |
        closed lost to competition | lost to competition | competitor | went another direction |
        chose another | chose someone else | no thanks | dead end | not moving forward |
        not proceeding | passed | lost opportunity | lost sale | lost business | did not proceed |
        verloren gegangen | kein interesse | kein auftrag | pas interesse | sans suite |
        cerrado perdido | perdida | no interesado | no interesada | chiuso perso | persa |
        non interessato | geen interesse | fechado perdido | sem interesse""",
    "declined": """
        declined | declined by us | declined by me | we declined | unqualified |
        not qualified | disqualified | not a fit | not a good fit | no fit | bad fit |
        poor fit | junk | junk lead | turned down | out of area | outside area | not for us |
        abgelehnt | unqualified lead | disqualified lead | not suitable | not our client |
        not a match""",
    "referred-out": "referred out | referred on | passed on | passed to partner | sent elsewhere",
}
_KINDS = {
    "client": """
        client | client to client | client referral | customer | customer referral |
        past client | current client | existing client | friend | family | personal |
        word of mouth | patient | patient referral | existing patient""",
    "co-worker": """
        co worker | coworker | colleague | employee | employee referral | internal | in house |
        inhouse | hand off | handoff | staff""",
    "partner": """
        partner | referral partner | partner referral | bni | leads group | networking |
        networking group | network | outside | inside | outside referral | inside referral |
        professional | center of influence | coi | tier 1 | tier 2 | tier 3 | chapter |
        member | external referral | business partner | doctor | dentist | physician |
        realtor | attorney | cpa | professional referral""",
    "expansion": """
        expansion | existing business | repeat | repeat business | upsell | cross sell | self |
        new business from client | same client""",
}
_RELATIONS = {
    "client": "client | customer | past client | current client | existing client | kunde",
    "partner": """
        partner | referral partner | business partner | bni | bni member | member |
        professional | networking | supplier | vendor""",
    "colleague": "colleague | co worker | coworker | employee | staff | kollege | kollegin",
    "friend": "friend | personal | freund | freundin | neighbour | neighbor",
    "family": """
        family | relative | brother | sister | mother | father | cousin | husband | wife |
        son | daughter | familie""",
    "other": "other | acquaintance | sonstige",
}
_WAYS = {
    "card": "card | letter | note | thank you card | thank you note | postcard | mail | karte",
    "call": "call | called | phone | phone call | telephone | by phone | anruf | telefon",
    "email": "email | e mail | emailed | by email",
    "text": "text | texted | sms | text message | whatsapp | message",
    "in-person": "in person | in person thanks | lunch | coffee | meeting | visit | personally",
    "gift": "gift | gift card | flowers | wine | present | basket | gift basket | geschenk",
}
_NOBODY = """
    n a | none | unknown | no one | nobody | nil | null | not applicable | not available |
    tbd | tba | unbekannt | keine | inconnu | no source | not set | no value | undefined |
    blank"""
_CHANNELS = """
    friend | a friend | friends | friend or family | friends and family | family | family member |
    client | a client | past client | former client | current client | existing client |
    previous client | customer | past customer | existing customer | colleague | employee |
    staff | partner | attorney | neighbor | neighbour | web | website | web site | our website |
    google | google ads | google search | adwords | facebook | instagram | linkedin | twitter |
    youtube | tiktok | bing | yelp | internet | online | online search | organic search |
    organic | paid search | paid social | organic social | social media | social | direct |
    direct traffic | direct mail | email marketing | email campaign | newsletter | offline |
    offline sources | other campaigns | referrals | referral | word of mouth | employee referral |
    external referral | partner referral | customer referral | client referral | advertisement |
    advertising | ad | ads | radio | tv | print | billboard | flyer | brochure | trade show |
    tradeshow | event | events | seminar | webinar | conference | seminar internal |
    seminar partner | public relations | cold call | cold email | outbound | inbound |
    phone inquiry | walk in | walkin | drive by | signage | purchased list | list | import |
    csv import | chat | web form | form | phone | email | mail | other | others | ai referrals |
    online store | sales email alias | web research | web download | internal seminar | campaign |
    marketing | sales mail alias | meta | meta ads | facebook ads | instagram ads | podcast |
    blog | seo | ppc | pinterest | nextdoor | angi | angies list | houzz | thumbtack |
    homeadvisor | zillow | realtor com | trulia | craigslist | open house | sign call |
    yard sign | mailer | postcard | door hanger | door knocking | google maps |
    google my business | google business profile | google reviews | chatgpt | yellow pages |
    whatsapp | sphere | sphere of influence | soi | physician | doctor | dentist | realtor | cpa |
    attorney referral | physician referral | doctor referral | past client referral | self |
    self referral | repeat client | internet search | partner network | referral program |
    affiliate | reseller"""
_YES = "yes | y | x | true | 1 | done | sent | ok | checked | ja | oui | si | sim | wahr | vrai"
_NO = (
    "no | n | false | 0 | not yet | never | none | n a | nein | non | nee | falsch | faux | pending"
)


def _words(table: Mapping[str, str]) -> dict[str, str]:
    return {key: name for name, words in table.items() for key in keys_of(words)}


STATUS_WORDS = _words(_STATUSES)
KIND_WORDS = _words(_KINDS)
RELATION_WORDS = _words(_RELATIONS)
WAY_WORDS = _words(_WAYS)
NOBODY = frozenset(("", *keys_of(_NOBODY)))
CHANNELS = frozenset(keys_of(_CHANNELS))
YES = frozenset(keys_of(_YES))
NO = frozenset(keys_of(_NO))
TICKS = frozenset("✓✔☑✅√●•")
CROSSES = frozenset("✗✘☐❌⬜-–—×")
