# ruff: noqa: E501 (an expression cut into lines is harder to read than a long one)
"""What attempts to steer the system look like, as regular expressions over canonical lower-case text.

Honest customers write about rules, prompts, roles, markup and formulas too. A sign therefore asks for more than a
word: an order *to the system*, markup that only a model would read, or content that is kept from human eyes.
"""

from __future__ import annotations

import re
from functools import cache

_AI = (
    r"(?:ai|a\.i\.|llm|language model|gpt\w*|claude|chatbot|ai[- ](?:assistant|agent|model|system|triage)|virtual assistant"
    r"|automated (?:assistant|agent|system|triage)|assistant|model|bot|ki|ia)"
)
_RULES = r"(?:instructions?|prompts?|rules|guidelines|directions|directives|polic(?:y|ies)|programming|constraints|guardrails|safeguards|training)"
_ASIDE = r"(?:\s+(?:all|any|every|each|of|the|these|those|your|you|previous|prior|above|earlier|preceding|foregoing|system|safety|other|existing|current|original|initial|entire))"
# "should I ignore the previous instructions?" and "I was told to ignore ..." are honest.
_NOT_ASKED = r"(?<!should i )(?<!shall i )(?<!can i )(?<!may i )(?<!must i )(?<!do i )(?<!could i )(?<!we )(?<!i )(?<!told me to )(?<!told us to )(?<!told to )(?<!said to )"
_STOP = r"(?:ignore|disregard|forget|override|bypass|overrule|neglect|drop|set aside|do not follow|don'?t follow|stop following)"
_START = r"(?:^|[.!?:;,>\]\"“(-]\s*|\b(?:please|pls|then|and|now|must|should|also|you|instead|to)\s+)"
_LABELS = r"(?:neutral|standard|none|billing|technical|feature_request|complaint|other|critical|high|draftable|not bounded|agent_with_\w+)"

_UNBOUND = (
    rf"(?:no|without|free of|not bound by|beyond) (?:\w+ ){{0,2}}(?:{_RULES}|limits|restrictions|filters|boundaries)"
)
_REVIEW = r"(?:review|reviewer|approval|human|person|agent|check|colleague|anyone|anybody|supervisor)"
_ANSWER = r"(?:reply|answer|response|draft)"
_MACHINES = r"(?:automated|automatic|ai|machine|robotic) (?:readers?|systems?|agents?|assistants?|tools?|processors?)"
_OURS = r"(?:(?:customer|user|client|untrusted|trusted|operator|system)(?:'s)?[ _-](?:text|message|input|data|content|request|section)|ticket|prompt|context|instructions?)"

_SIGNS: dict[str, tuple[str, ...]] = {
    "override": (
        # The verb is looked for before what stands in front of it: that costs a fifth of the time.
        rf"\b(?={_STOP}){_NOT_ASKED}{_STOP}"
        rf"{_ASIDE}{{1,5}}\s+{_RULES}\b(?! for (?:assembl|install|set))",
        r"\b(?:ignore|disregard) (?:your|all|any) (?:\w+ ){0,2}(?:rules|instructions|guidelines|policy)\b",
        _START
        + r"(?:ignore|disregard|forget) (?:everything|anything|all)(?: that)? (?:you (?:were|have been|are|know|learned)|above|before this|written above|said above)",
        _START
        + r"(?:ignore|disregard) (?:the |all )?(?:rules|policy|policies|instructions|text|guidelines) (?:above|before)",
        r"\b(?:takes? precedence over|supersedes?|replaces?|overrides?) (?:the |your |all |any )?(?:\w+ ){0,2}(?:system (?:prompt|message)|instructions|guidelines)",
        r"\b(?:new|updated|real|actual|trusted|your) (?:\w+ )?(?:instructions|task|orders)(?: \w+){0,4} (?:follow|are as follows|for the (?:model|ai|assistant))\b",
        r"\b(?:admin|administrator|system|developer|root) override\b",
        rf"\byour (?:\w+ ){{0,2}}(?:orders|{_RULES}) (?:are|is|were|have been|has been) (?:now |hereby )?(?:cancelled|canceled|void|revoked|lifted|suspended|obsolete|withdrawn|overruled)\b",
        r"\b(?:whatever|everything|anything|all|what) (?:that )?you (?:were|are|have been|had been|'ve been) (?:told|taught|instructed|programmed|trained)\b[^.?!\n]{0,40}\b(?:no longer|does not|doesn't|is void|before|until now|so far)\b",
        _START
        + rf"(?:do not|don'?t|never|stop) (?:apply|applying|follow|following|obey|obeying|respect|enforce|enforcing) (?:any of |all of )?(?:your|the company'?s?|their|any) (?:\w+ ){{0,2}}{_RULES}\b",
    ),
    "role_play": (
        r"\byou are (?:now )?(?:no longer|\w+,) (?:an? )?(?:\w+ )?(?:assistant|ai|bot|model)\b",
        r"\byou are now (?:an? |the |in )?(?:\w+ ){0,2}(?:assistant|ai|bot|model|dan|mode|router|admin|administrator|unrestricted|jailbroken|terminal|persona)\b",
        r"\b(?:assistant|ai|model|bot) (?:without|with no|free of) (?:any )?(?:restrictions|rules|limits|filters|guidelines)",
        r"\b(?:pretend|imagine|roleplay|role-play) (?:that )?(?:you(?:'re| are)|to be) (?!(?:a |the |our |in (?:my|our) )?(?:customer|user|my shoes|place))",
        r"\b(?:act|behave|answer|respond) as (?:if you (?:were|are) )?(?:an? |the )?(?:\w+ )?(?:ai|llm|dan|jailbroken|unrestricted|system administrator|root user|linux terminal|assistant without)\b",
        r"\bstay in character\b|\bdo anything now\b|\bjailbreak (?:mode|yourself)|\b(?:enter|enable|activate) (?:dan|god|jailbreak) mode\b",
        r"\bdeveloper mode (?:is )?(?:enabled|on)\b|\bin developer mode the\b",
        r"\byou (?:play|are playing|act as|are) (?:the (?:role|part) of )?(?:the |an? )?(?:\w+ ){1,3}(?:who|that) (?:\w+ ){0,2}(?:approves?|says? yes|grants?|never (?:refuses|says no)|has no|knows no|breaks?)\b",
        rf"\b(?:suppose|imagine|assume|pretend|say) (?:that )?you (?:had|have|were|are)\b[^.?!\n]{{0,30}}{_UNBOUND}",
        rf"\b(?:act|acts|behave|operate|answer|work) (?:now )?as [^.?!\n]{{1,60}}{_UNBOUND}",
        r"\b(?:scene|story|script|novel|game|film|role)\b[^?!\n]{0,120}\b(?:ai|assistant|bot|model)\b[^?!\n]{0,80}\b(?:rules|configuration|prompt|instructions|secrets?|passwords?)\b",
    ),
    "fake_system": (
        r"<\|(?:im_start|system|start_header_id|begin_of_text|user|assistant)\|?>|<<\s*/?sys\s*>>|\[/?inst\]|</?\s*system[_ -]?(?:prompt|message|instructions?)?\s*>",
        r"^\W*(?:system|assistant|developer|admin)(?: (?:message|prompt|note|notice|instructions?|command|update))?\W*:\s*\W*(?:you\b|the (?:customer|user|assistant|ticket)|ignore|set|mark|classify|always|never|do not|from now|new|this (?:ticket|customer|user)|refund|approve|policy|reply|draft|override)",
        r"\[/system\]|^\W*\[(?:system|assistant|admin|developer)(?: \w+)?\]\W*(?:policy|you\b|the (?:customer|user|assistant|ticket)|ignore|set|mark|classify|always|never|from now|refund|approve|override|new instruction)",
        r"^#{2,}\s*(?:instructions?|system(?: prompt)?|response|new task)\s*:",
        r"\b(?:the|this) assistant (?:must|should|has to|is (?:required|instructed|authori[sz]ed))\b",
        r"<\|\w+\|>",
        r"^\W*system (?:message|notice|note|announcement|update|alert|instruction)s?\W*:[^\n]{0,120}\b(?:treat|handle|classify|approve|grant|verified|empathy|sentiment|boundary|privileges?|neutral|without review)\b",
        r"\[/?(?:assistant|system|tool|operator|developer)\b[^\]\n]{0,80}=[^\]\n]{0,80}\]",
        r"^\W*operator(?: note| message)?\s*:[^\n]{0,80}\b(?:trusted|confidence|label|rate|classify|customer|reply|draft)\b",
    ),
    "breakout": (
        r"[\"'“]role[\"'”]\s*:\s*[\"'“](?:system|assistant|developer|tool)[\"'”]\s*,\s*[\"'“]content",
        r"[\"'“](?:sentiment|service[_ ]failure|suspicions?)[\"'”]\s*:\s*[\"'“{]",
        r"[\"'“](?:owner|cause|next_state)[\"'”]\s*[:=]\s*[\"'“]?agent_with_draft|\bagent_with_draft\b",
        r"</?\s*(?:(?:customer|user)[_-](?:message|input|text|request|email|data|content)|untrusted[_-]?\w*|ticket[_-](?:text|body|content))\s*>|</(?:ticket|instructions?|prompt)>|<instructions?>",
        r"\b(?:end|begin|start) of (?:the )?(?:untrusted|customer|user)(?:'s)? (?:input|message|text|data|content)\b|\b(?:begin|end) untrusted (?:input|text|data)\b",
        r"\b(?:trusted|privileged) instructions\b|\bnew task for (?:the|this) (?:model|ai|assistant|system|bot)\b",
        r"[\"'](?:function|tool|tool_call|name)[\"']\s*:\s*[{\"'][^\n]{0,160}[\"'](?:arguments|parameters|args)[\"']\s*:|[\"']tool_(?:choice|calls?)[\"']\s*:",
        rf"^\s*[<=#*~\[({{-]{{3,}}\s*(?:the )?(?:end|begin|start|stop)\w* (?:of )?(?:the )?{_OURS}\b|^\s*[<=#*~\[({{-]{{3,}}\s*(?:\w+ )?{_OURS} (?:ends?|begins?|starts?|stops?|over|for the)\b",
        r"\bcomes from the operator\b|\b(?:is|are) to be trusted\b|\btrusted (?:text|input|section)\b",
        r"\]\]>\s*</?\w+>|</(?:message|subject|text|content|input|body|conversation|context|document|email|user|customer)>\s*(?:</\w+>\s*){0,5}<(?:message|instructions?|system|operator|assistant|admin|command|task)\b",
    ),
    "prompt_leak": (
        r"\b(?:print|reveal|show|repeat|output|display|leak|dump|quote|recite|disclose|paste|translate|return|answer with|write out|tell me)(?: \w+){0,5} (?:your|the) (?:\w+ ){0,2}(?:system|hidden|initial|secret|developer|internal) (?:prompt|message|instructions|guidelines|briefing|notes?)\b",
        _START
        + r"(?:print|reveal|repeat|output|recite|show me) (?:all )?(?:of )?your (?:\w+ )?(?:instructions|prompt|guidelines)\b(?! (?:for|on|manual))",
        r"\b(?:instructions|prompt) (?:word (?:for|by) word|verbatim)\b|\bwhat (?:are|is) your (?:system|hidden|initial|original|secret|internal) (?:prompt|instructions)\b",
        _START
        + r"(?:list|show|print|send|reveal|give)(?: me)?(?: out)? (?:the |all )?(?:last |other |every )?(?:\w+ )?(?:other customers|all customers|other users|last \w+ tickets|internal notes|internal briefing)\b",
        r"\bconversation history to \S+|\b(?:api keys?|passwords?|payment details|e-?mail address(?:es)?) of (?:every|all|other|the other|another)? ?(?:customers?|agents?|users?)\b",
        r"\b(?:repeat|copy|quote|output|print|recite|summari[sz]e|show|paste)\b[^.?!\n]{0,40}\b(?:above|before) (?:this|that|my|the) (?:line|message|text|mail)\b|\bwritten (?:above|before) this (?:message|line|text)\b",
        rf"\b(?:{_RULES}|orders) (?:that )?(?:(?:were|have) you (?:been )?given|you (?:were|are|have been|'ve been) (?:given|told|started with))\b|\b(?:configuration|settings) (?:that )?you (?:were|are|have been) (?:started|loaded|running|initiali[sz]ed)\b",
        r"\b(?:reply|answer|respond) with (?:the |your |all )?(?:\w+ ){0,2}(?:internal notes?|system (?:prompt|message)|instructions|configuration)\b",
    ),
    "to_the_machine": (
        rf"\b(?:notes?|messages?|instructions?|attention|important|reminder|addressed|information)\s*(?:to|for)\s*:?\s*(?:any |the |all |our |your )?{_AI}\b",
        rf"(?:^|[\[(<>*\"]\s*)(?:to|for|dear|attention) (?:any |the |all )?{_AI}\b(?! (?:team|department|project|companies))",
        r"\b(?:as|if you are|if you're) an? (?:ai|llm|language model|ai (?:assistant|agent|model)|automated (?:system|assistant)|large language model)\b[^.?]{0,80}\b(?:must|should|will|reply|respond|include|write|output|say|append|draft|approve|mark|set|classify|ignore)\b",
        r"^\W*(?:ai|llm|gpt|assistant|model)\s*[,:]\s*(?:please )?(?:disregard|ignore|the customer|forget|reply|respond|write|set|mark|classify|put|add|approve|repeat|state|do not)",
        _START
        + rf"(?:classify|label|categori[sz]e|tag|rate|treat) (?:this|it|the|my)(?: (?:ticket|request|message|case|e-?mail))? (?:as|with) {_LABELS}\b",
        rf"\b(?:set|change|force)(?: the)? (?:sentiment|urgency|category|service[_ ]failure|owner|confidence)\s*(?:to|=|:|as) {_LABELS}",
        r"\bno human (?:review|approval|check|agent)(?: is)? (?:required|needed|necessary)|\b(?:skip|bypass|avoid) (?:any |the )?human (?:review|approval|check|agent)|\b(?:do not|don'?t|never) (?:escalate|forward|route|hand|pass|transfer|show|send) (?:this |it |the ticket )?(?:\w+ )?(?:to|over to) (?:an? |any )?(?:human|person|real agent|human agent)",
        r"\b(?:do not|don'?t|without) (?:flag(?:ging)?|mention(?:ing)?) (?:it|this|that|this request|anything)(?: \w+){0,2} (?:in|to) (?:the )?(?:briefing|agent|draft|summary|human)|\bin the draft and do not flag\b|\bempathy boundary\b",
        r"\b(?:draft|write|answer with|repeat (?:it|this|that) in|put (?:it|this|that) in)(?: \w+){0,4} your (?:draft|final reply)\b|\bas the final reply\b|\bdraft a reply (?:that|which|saying|confirming|granting)\b|\bwrite a reply (?:which|that) (?:says|states|confirms|grants)\b",
        r"\bdecode (?:this|the following|it)(?: \w+){0,3} and (?:do|follow|execute|reply|carry|obey|run)\b|\b(?:carry it out|do what it says)\b",
        r"\b(?:refunds?|credits?)(?: \S+){0,5} (?:are|is) approved without a human\b|\bfill in the (?:values|details|data) of the customer\b|\breplac(?:e|ing) \{\w+\} with the customer",
        r"\b(?:starting today|from now on),? always (?:include|add|answer|reply|write|confirm|state)\b",
        rf"\b{_MACHINES}\b[^.?!\n]{{0,60}}\b(?:must|shall|obliged to|required to|always|have to|has to) (?:\w+ )?(?:disregard|ignore|reply|respond|answer|confirm|forward|send|mark|treat|grant|approve|include)\b",
        r"^\W*(?:ai|llm|gpt|assistant|model|bot)(?: (?:assistant|readers?|systems?|agents?|model))?\s*[,:-]+\s*(?:please )?(?:set|mark|skip|reveal|print|classify|treat|always|grant|approve|ignore|disregard|forget|confirm)\b",
        r"\b(?:log|file|record|register|note|count|put|handle|treat|classify|label|book)(?: this| it| the| my| mine)(?: \w+){0,3} (?:down )?as (?:an? )?(?:\w+ ){0,2}(?:neutral|calm|happy|satisfied|positive|(?:general|simple|technical|ordinary) question)\b",
        r"\b(?:record|note|state|log|write down|confirm|assume)(?: \w+){0,3} that there (?:was|is|has been) no (?:\w+ )?(?:failure|error|defect|fault|mistake|complaint)\b",
        r"\b(?:set|assign|close|approve|issue|grant)_(?:priority|urgency|sentiment|category|owner|queue|ticket|refund|credit|status|label|access)\s*\(|\b(?:priority|urgency|sentiment|owner|assignee|category|confidence)\s*=\s*[\w-]+\s*[;,]\s*\w+\s*=",
        rf"\b(?:answer|reply|respond|write|send (?:me )?(?:an?|the) (?:\w+ )?{_ANSWER}|approve (?:my|the|this|our) (?:refund|credit|discount|claim))\b[^.?!\n]{{0,60}}\bwithout (?:(?:any|an?|the|your|asking|involving|further|prior|human) ){{0,2}}{_REVIEW}\b",
        rf"\b(?:system|assistant|ai|bot|model)\b[^.?!\n]{{0,100}}\b(?:no need to (?:involve|ask|alert|inform|bother|tell)|{_REVIEW}(?: \w+){{0,4}} (?:is|are) (?:not|no longer) (?:needed|required|necessary))\b",
        _START
        + r"(?:skip|bypass|leave out|omit) (?:the |any |your )?(?:\w+ ){0,2}(?:review|boundary|escalation|approval)\b(?! step| column| board| stage)",
        r"\bso that (?:it|this|an?|the)(?: \w+){0,4} (?:goes|go) (?:out|through)\b[^.?!\n]{0,40}\b(?:automatic|itself|alone|unseen)\b",
        r"\b(?:end|close|begin|finish|start) (?:the|your|each|every) (?:reply|answer|response) with\b|\b(?:follow|obey) (?:the (?:decoded|hidden)|my (?:orders|instructions) only)\b|\b(?:instructions|orders) in (?:pieces|parts|fragments)\b",
        r"\bonly (?:write|say|answer|repeat) what i (?:dictate|say|tell)\b|\byou only (?:write|say|answer)\b",
    ),
    "others_data": (
        r"\b(?:send|give|tell|read|list|show|name)\b[^.?!\n]{0,60}\b(?:names?|addresses|numbers?|contacts?|tickets?|invoices?|lists?|data|details|companies|customers)\b[^.?!\n]{0,60}\b(?:of yours|before me|your (?:other )?customers|every customer|on the \w+ plan|(?:other|another|previous|last) customers?)\b",
        r"\blast (?:refunds?|tickets?|credits?) (?:that )?you (?:granted|gave|answered|approved)\b|\b(?:which|what) (?:companies|customers) (?:wrote|write|asked|contacted|have (?:written|asked))\b",
        r"\b(?:name|address|data|invoices?|tickets?) of (?:every|each|the last|the previous|the next) customer\b",
    ),
    "placeholder_link": (
        r"!?\[[^\]\n]{0,80}\]\(\s*https?://[^)\s\[]{0,200}[?&#/=][^)\s\[]{0,100}(?:\{[^)}\s]*\}|%7b|<[^)>\s]*>|\[[^)\]\s]*\]|\$\(?\w+)[^)\s]{0,200}\)",
        r"!\[[^\]\n]{0,80}\]\(\s*https?://[^)\s?\[]{0,200}\?(?:[^)\s\[]{0,200}[&;])?(?:q|d|data|text|msg|c|content|payload|leak|s|info)=[^)\s]{0,200}\)",
        r"!\[[^\]\n]{0,80}\]\(\s*(?:javascript|data:text)",
        r"https?://[^\s)]{0,200}\{(?:account_email|customer_name|conversation|history|plan|company)\}|https?://[^\s?]{0,200}\?\S{0,60}=\w{0,30}(?:insert|history|conversation|_here|secret|prompt)\w*",
        r"\b(?:put|insert|append|paste|encode)\b[^.?!\n]{0,80}https?://\S{1,200}[^?!\n]{0,80}\b(?:reply|answer|response)\b",
    ),
    "formula": (
        r"(?:^|[\"',;\t])\s*[=+@-]\s*(?:hyperlink|import(?:xml|data|html|feed|range)|webservice|image)\s*\([^\n]{0,200}https?:[^\n]{0,200}(?:[&;]\s*[a-z]{1,2}\d|concat|[?&]\w*=)",
        r"(?:^|[\"',;:\t])\s*[=+@-][^\n]{0,40}\b(?:cmd|powershell|mshta|msexcel|rundll32)\s*\|",
        r"^\W?\s*[=+@-]\s*(?:import(?:xml|data|html|feed|range)|webservice)\s*\(",
        r"[=+@]\s*hyperlink\s*\([^\n]{0,200}https?:[^\n]{0,200}&",
    ),
}

_HIDDEN_STYLE = r"(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?![.\d])|color\s*:\s*(?:#fff(?:fff)?|white|transparent)|(?:max-)?height\s*:\s*0|left\s*:\s*-\d{3,})"
_HIDDEN = (
    rf"<(?P<tag>[a-z]+)[^<>]{{0,300}}{_HIDDEN_STYLE}[^<>]{{0,300}}>(?P<content>[^<]{{20,}})(?:</(?P=tag)>)?",
    r"<(?P<tag>[a-z]+)[^<>]{0,300}(?:\shidden(?=[\s>])|\bcolor\s*=\s*[\"']?(?:white|#fff(?:fff)?)\b)[^<>]{0,300}>(?P<content>[^<]{20,})</(?P=tag)>",
    r"<!--(?P<content>(?:(?!-->).){10,400})-->",
    r"<(?:img|a|input|meta)[^<>]{0,300}(?:alt|title|content|value|aria-label)\s*=\s*[\"'](?P<content>[^\"']{20,})",
)


@cache
def signs() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Kind and pattern of every sign, compiled at first use and not at import.

    A space in a pattern is any white space: an order that is broken into lines or messages is still one.
    """
    return tuple(
        (kind, re.compile(pattern.replace(" ", r"\s"), re.MULTILINE))
        for kind, group in _SIGNS.items()
        for pattern in group
    )


@cache
def hidden() -> tuple[re.Pattern[str], ...]:
    """Markup that keeps words from human eyes; the group `content` holds them."""
    return tuple(re.compile(pattern, re.DOTALL | re.IGNORECASE) for pattern in _HIDDEN)


@cache
def bare_order() -> re.Pattern[str]:
    """What is no sign in plain sight, but is one where words are hidden."""
    return re.compile(
        r"\b(?:system|assistant|ai)\s*:|\b(?:disregard|ignore) (?:the|all|any|your)\b"
        r"|\b(?:mark|set) (?:\w+ )?as\b|\bin(?:to)? the (?:draft|reply)\b"
    )
