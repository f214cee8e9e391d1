"""Names of columns, as people and programs write them."""

from __future__ import annotations

# The fields of a row, each with what its column is called, the likeliest first. Some are German,
# French, Spanish, Italian, Dutch or Portuguese.
NAMES = {
    "prospect": """
        prospect | who | prospect name | referred user | referred user name | name of prospect |
        who are you referring | name of your friend | friend | referral name | name of referral |
        person referred | referred person | who was referred | name of person referred |
        referred contact | referred lead | referred client | referred customer | referred friend |
        referee | lead name | client name | customer name | contact name | full name |
        contact full name | associated contact | associated contacts | primary contact |
        contact person | person name | deal contact person | person | name | display name |
        client | customer | lead | contact | new client | new customer | interessent | kunde |
        kundenname | ansprechpartner | kontakt | nom complet | nombre completo | nome completo |
        nom | nombre | nome | naam | prospecto | cliente | klant | candidate | guest | referral |
        referred | opportunity name | deal name | deal title | opportunity | deal |
        first and last name | patient | patient name | borrower | borrower name | buyer |
        buyer name | homeowner | seller | applicant | applicant name | insured | prospect client |
        prospect lead | name of client | name of customer | name of contact | name of lead |
        name of referred person | referral contact name | new contact | new lead |
        primary contact name | contact primary | who came | caller | caller name |
        potential new client | potential client | potential name | indicado | nome indicado |
        nome do indicado | contacto | contato""",
    "first-name": """
        first name | given name | forename | firstname | prenom | vorname | voornaam | first |
        name first | first names""",
    "last-name": """
        last name | surname | family name | lastname | nachname | familienname |
        nom de famille | apellido | apellidos | primer apellido | cognome | achternaam | last |
        name last | second name""",
    "source": """
        referred by | referring provider | referring physician | referring doctor |
        referring dentist | referring gp | referring clinician | referring therapist |
        referring vet | who can we thank for referring you | whom can we thank for referring you |
        who may we thank for referring you | whom may we thank for referring you |
        who should we thank for referring you | source name | referrer | referrer name |
        referral source | referral source name | source | lead source name | referring person |
        referring member | referring contact | referring client | referral from |
        referral partner | referral by | referral given by | introduced by | introducer |
        introduction by | recommended by | recommendation by | sent by | given by | passed by |
        referral giver | giver | from | from member | received from | came from | who referred |
        who referred them | who referred you | member | member name | bni member | partner |
        partner name | advocate | connector | empfohlen von | empfehler | empfehlungsgeber |
        empfehlung von | empfehlung durch | tippgeber | vermittelt von | vermittler | quelle |
        recommande par | recommandation de | parrain | apporteur | envoye par | referido por |
        recomendado por | fuente | segnalato da | raccomandato da | consigliato da | segnalatore |
        doorverwezen door | aanbevolen door | verwezen door | bron | lead source |
        referred by who | referred by contact | referrer source | who sent them | by whom |
        who sent you | who told them | who referred you to us | referral name source |
        referral from name | referring agent | referring broker | referring attorney |
        referring company | referring professional | referral agent | tipped by | tip from |
        introduced through | via | thanks to | empfohlen durch | geworben von | raccomandato |
        aangedragen door | indicado por | indicacao de | whom may we thank | who can we thank""",
    "received": """
        received | received at | received on | when received | when | when referred | ref date |
        registered at | registration date | signup date | sign up date | joined at | joined on |
        applied at | application date | date registered | date received | received date |
        referral date | date of referral | referral received | referral received on |
        date referred | referred on | referred at | referred date | slip date | date of slip |
        date given | given on | date passed | passed on date | intro date | introduction date |
        introduced on | inquiry date | enquiry date | date of inquiry | date of enquiry |
        lead date | intake date | create date | created date | created | created at | created on |
        created time | creation date | creation time | date created | time created |
        deal created | lead created | add time | date added | added on | added at | added time |
        added | entry date | submitted at | submitted on | submission date | timestamp |
        completion time | start time | open date | opened date | date opened | date | datum |
        eingang | eingangsdatum | erhalten am | erhalten | empfangen am | date de reception |
        recu le | date de creation | fecha | fecha de recepcion | recibido | fecha de creacion |
        data | data di ricezione | ricevuto il | ontvangen | ontvangen op | datum ontvangen |
        recd | recd date | date recd | date in | date time | datetime | date entered | entered |
        entered on | logged | logged on | created date time | created utc |
        date referral received | referral in | date of introduction | intro | intro on |
        date submitted | submitted | submit date | response time | lead created date |
        date lead received | lead received | day | referral entered | date logged | joined date |
        date joined | joining date | sent at | sent on | data da indicacao |
        data de recebimento | recebido em | data de cadastro | data cadastro | cadastrado em""",
    "kind": """
        kind | referral type | referral kind | type of referral | kind of referral |
        referral category | inside outside | inside or outside | tier | art der empfehlung |
        inside outside referral | outside inside""",
    "relation": """
        relation | relation to me | relationship to me | relationship to us | source relation |
        source relationship | source type | referrer type | referral source type |
        type of source | source category | beziehung zu mir""",
    "tie": """
        tie | relationship | how do you know each other | how you know each other |
        how do you know them | relation to source | relationship to source |
        relation to referrer | relationship to referrer | relationship to referral |
        how they know each other | how do they know each other | how known | connection |
        beziehung | relation to prospect | how they know them | how do they know them |
        how known to source | relation to the source | connected by | kennt von""",
    "phone": """
        phone | phone number | telephone | telephone number | tel | tel number | mobile |
        mobile phone | mobile number | mobile phone number | cell | cell phone | cell number |
        contact number | phone work | work phone | business phone | phone mobile | phone 1 value |
        primary phone | home phone | phone home | phone other | direct phone | phone no |
        telefon | telefonnummer | handy | mobil | rufnummer | telefono | telefoon |
        telefoonnummer | movil | cellulare | portable | numero de telephone | best phone |
        phones | best phone number | cellphone | mobilephone | phone 1 | phone number 1 |
        daytime phone | evening phone | main phone | main phone numbers | phone numbers |
        telefone | celular""",
    "email": """
        email | e mail | email address | mail | email work | work email | e mail 1 value |
        primary email | email 1 | email home | email other | personal email | courriel | mel |
        adresse e mail | adresse email | correo | correo electronico | indirizzo e mail |
        e mail adresse | mailadresse | emailadres | best email | emails | email addresses |
        email address 1""",
    "company": """
        company | company name | company account | organization | organisation |
        organization name | organisation name | organization 1 name | account | account name |
        associated company | primary company | primary associated company | firm | business |
        business name | employer | firma | unternehmen | societe | entreprise | empresa |
        compania | azienda | ditta | bedrijf | bedrijfsnaam""",
    "need": """
        need | needs | what they need | looking for | need description | service needed |
        services needed | service requested | service required | requirement | requirements |
        request | interest | interests | interested in | product interest | reason for referral |
        description | project | project description | service | services | product | inquiry |
        enquiry | details | job description | message | bedarf | bedurfnis | anliegen | wunsch |
        gesucht | beschreibung | besoin | demande | necesidad | descripcion | richiesta |
        esigenza | descrizione | behoefte | vraag | omschrijving | what they want |
        what do they need | what are they looking for | purpose | referral purpose |
        referral reason | referral description | referral details | help needed |
        services interested | services of interest | service interest | type of service |
        scope of work | what can we help you with | how can we help you | how can we help |
        case type | matter type | practice area""",
    "note": """
        note | notes | private note | my notes | comment | comments | remark | remarks | memo |
        additional information | additional info | additional comments | internal notes | notiz |
        notizen | bemerkung | bemerkungen | anmerkung | kommentar | remarque | remarques |
        commentaire | commentaires | nota | notas | comentarios | observaciones | commenti |
        osservazioni | notitie | notities | opmerking | opmerkingen | notes comments |
        comments notes | other notes | general notes | private notes | additional notes |
        referral notes | referral comments | observacoes | observacao""",
    "status": """
        status | lead status | hs lead status | referral status | deal status |
        opportunity status | current status | outcome | result | stage | deal stage |
        sales stage | opportunity stage | pipeline stage | lead stage | deal stage pipeline |
        progress | disposition | lifecycle stage | stand | phase | statut | etat | etape |
        resultat | estado | etapa | resultado | stato | fase | esito | ergebnis | won lost |
        status reason | closed won lost | lead stage status | status of referral |
        referral outcome | status stage | situacao""",
    "status-date": """
        status date | date of status | stage date | status changed | status changed on |
        status change date | stage changed | stage changed on | last stage change | outcome date |
        last status change | date entered current stage | result date | status as of | since |
        in stage since | date status changed | stage entered | last stage update |
        date of outcome | outcome on""",
    "closed": """
        close date | closed date | closed on | date closed | closed at | close time |
        closing date | deal closed on | deal close date | closing time | deal closed |
        abschlussdatum | date de cloture | fecha de cierre | data di chiusura | closed |
        ended | ended on | date ended | actual close date | closed won lost date""",
    "attempted": """
        attempted | attempted on | attempt date | date attempted | first attempt | tried |
        tried on | left message | left voicemail | first tried | attempted contact""",
    "contacted": """
        contacted | contacted on | contacted at | date contacted | contacted date | contact date |
        date of contact | first contact | first contacted | first contact date |
        date of first contact | first contacted on | called | called on | date called |
        call date | reached | reached on | spoke | spoke on | initial contact |
        initial contact date | last contacted | last contacted on | last contact |
        last contact date | kontaktiert | kontaktiert am | angerufen am | contacte le |
        contactado | contattato | contact made | first call | first called | 1st contact |
        initial call | first call date | date first contacted | reached out | reached out on |
        follow up call | contact made on | contacted prospect | prospect contacted |
        lead contacted | first touch date | erstkontakt | notes last contacted""",
    "met": """
        met | met on | met at | date met | meeting | meeting date | meeting held |
        date of meeting | first meeting | first meeting date |
        consultation | consultation date | getroffen am | treffen | first met | date first met |
        meeting on | appointment held | consult date | 1st meeting | ersttermin |
        first visit | first visit date | date of first visit | first appointment |
        first appointment date | initial visit | initial consultation | date of assessment |
        assessment date""",
    "appointment": """
        appointment | appointment date | appointment on | appointment time | appointment at |
        date of appointment | next appointment | next appointment date | next meeting |
        next meeting date | appointment scheduled | appointment scheduled for | scheduled for |
        termin | naechster termin | rendez vous | prochain rendez vous | cita | proxima cita |
        appuntamento | prossimo appuntamento | afspraak | volgende afspraak""",
    "next-step": """
        next step | next steps | appointment for | purpose of appointment | next action |
        naechster schritt | prochaine etape | proximo paso | prossimo passo | volgende stap""",
    "value": """
        value | deal value | sale value | sales value | contract value | worth | amount |
        deal amount | opportunity amount | sale amount | revenue | betrag | umsatz | montant |
        importe | importo | bedrag | valor""",
    "won": """
        won | won on | won date | won time | won at | date won | signed | signed on |
        date signed | signed date | sold | sold on | date sold | sale date | date of sale |
        contract signed | contract date | closed won date | date closed won |
        date entered closed won | converted on | became a customer date | became client |
        became a client | got the business | gewonnen | gewonnen am | gagne le | ganado |
        sold date | hired | hired on | sale | sale closed | closed sale | became customer |
        became a customer | customer since | client since | date hired | engaged on |
        retained on | contract signed on | contract signed date | signed contract | signed up |
        signed up on | hired date | retained | retained date | date retained | funded |
        funded date | funded on | date funded | bound date | bind date |
        hs lifecyclestage customer date""",
    "delivered": """
        delivered | delivered on | delivery date | date delivered | completion date |
        job completed | work completed | installed | installed on""",
    "lost": """
        lost | lost on | lost date | lost time | lost at | date lost | closed lost date |
        date closed lost | date entered closed lost | verloren | verloren am | perdu le |
        perdido | did not hire date | not hired date""",
    "declined": """
        declined | declined on | declined date | date declined | rejected on | date rejected |
        turned down | turned down on | disqualified date | unqualified date | abgelehnt am""",
    "thanked": """
        thanked | thanked on | thanked at | date thanked | thanked date | thank you |
        thank you sent | thank you sent on | thank you date | thank you card |
        thank you card sent | thank you note | thank you note sent | thank you note date |
        thank you call | thanks | thanks sent | thanks sent on | source thanked |
        referrer thanked | card sent | gift sent | thank you gift | thank you gift sent |
        bedankt | bedankt am | gedankt | gedankt am | danke gesagt | remercie | remercie le |
        agradecido | ringraziato | ty sent | ty card | ty card sent | ty note | ty note sent |
        thanked source | thanked referrer | thanked how | thank you gift date |
        thank you letter | thank you letter sent | thank you email | thank you email sent |
        thanked by | said thanks | date thank you sent | date thank you card sent |
        thank you call made | sent thank you | sent thanks""",
    "reason": """
        lost reason | loss reason | reason lost | reason for loss | reason for losing | why lost |
        closed lost reason | close lost reason | reason unqualified | unqualified reason |
        reason declined | decline reason | disqualification reason | deal lost reason |
        reason closed lost | closed reason | reason | why | verlustgrund | grund |
        motif de perte | motivo de perdida | lost because | why not | reason not won |
        loss reasons | lost reasons | close reason | did not hire reason | not hired reason |
        reason for not hiring""",
}
OF_SOURCE = {
    "source-phone": "phone",
    "source-email": "email",
    "source-company": "company",
    "source-first-name": "first-name",
    "source-last-name": "last-name",
}
# Questions that some answer with a name and others with a way: used only if there is no better one.
HEARD_OF_US = """
    how did you hear about us | how did you hear of us | how did you find us |
    how they heard about us | how did they hear about us"""
PROSPECT_WORDS = """
    prospect | prospects | lead | client | customer | contact | person | deal | opportunity |
    referral | referred | referred person | primary contact | your friend | a friend |
    associated contact | referee | new client | their | candidate | organization | friend |
    referred friend | patient | borrower | buyer | new lead"""
SOURCE_WORDS = """
    source | referrer | referrers | referred by | referral source | referring |
    referring person | referring member | referring contact | referral partner | introducer |
    introduced by | given by | giver | recommended by | from | partner | advocate | member |
    lead source | empfehler | tippgeber | your"""
