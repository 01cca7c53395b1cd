#!/usr/bin/env python3
"""usage: verify-ledger.py FILE...

Checks ledgers by docs/ledger.md alone, with none of our code. Prints the first bad entry, its meaning, what is open and
the verdict. Exit: 0 if all are clean, else 8. Not checked, as Python has no Ed25519: signatures, keys, checkpoints."""
import base64, collections, decimal, hashlib, json, re, sys
# The page's "Shapes": member=type; member?= may be absent, type? may be null, type*N is a list of 1 to N of them.
SHAPES = {name: dict(member.split("=", 1) for member in members) for name, *members in map(str.split, r"""
genesis environment=environment simulated=bool; secret id=text remoteId=id header=text salt=salt digest=hash
intent id=text action=create|update step=create|configure|update|lower|raise|restore remoteId=id? beforeHash=hash?
    afterHash=hash payloadHash=hash bodyHash=hash planHash=hash git=git? claimed=claimed shift?=shift split?=split savedPlan?=hash
outcome intent=number status=applied|failed|unknown|not-attempted remoteId=id? resultHash=hash? correlationId=text?
    serverDate=date? event=event? finished?=bool storedDifferently?=stored*20
delivering outcome=number; delivered outcome=number logId=text via=post|lookup correlationId=text?
delivery-unknown outcome=number reason=text correlationId=text?; key publicKey=vkey note=text claimed=claimed
resolved subject=number answer=text? by=refused|not-sent|person reason=text? claimed=claimed?
override reason=reason refusals=refusal*10000 planHash=hash git=git? claimed=claimed
trust trustHash=hash settings=object accepted=first|operator|given-up claimed=claimed
run commit=commit? manifestHash=hash planHash=hash status=applied|no-changes|incomplete claimed=claimed
every v=two ledgerId=id seq=number prev=hash time=time kind=text endpoint=url hash=hash droppedTail?=tail
tail bytes=number sha256=hash; git head=commit dirty=bool; shift before=percent after=percent raises=text*1000
claimed actor=text? run=text? pullRequest=text? commit?=commit; split before=percent after=percent
event source=AutomatedConfigurator eventType=(speech\.engine|webhook)\.configuration targetId=id
    action=DEPLOY|UPDATE|TRAFFIC_SPLIT payloadHash=hash timestamp=second; refusal code=text id=text; stored member=text sentHash=hash
""".replace("\n    ", " ").replace(";", "\n").strip().splitlines())}
KINDS = list(SHAPES)[:12]
SHAPES.update({kind: {**SHAPES["every"], **SHAPES[kind]} for kind in KINDS})
SECOND = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"
TEXTS = {"text": "(?s:.{0,2000})", "reason": "(?s:.{1,500})", "id": "[A-Za-z0-9_-]{1,128}", "hash": "[0-9a-f]{64}",
         "salt": "[0-9a-f]{32}", "time": SECOND + r"\.\d{3}Z", "date": SECOND + r"(\.\d{3})?Z", "second": SECOND + "Z",
         "vkey": r"[!-*,-~]{1,128}\+[0-9a-f]{8}\+A[Q-Za-f][A-Za-z0-9+/]{42}", "commit": "[0-9a-f]{40}|[0-9a-f]{64}",
         "url": r'https?://[!"$-.0->A-~]{1,300}(/[!"$->@-~]{0,300})?', "environment": "[a-z0-9][a-z0-9-]{0,62}"}
OTHERS = {"two": "2", "number": r"[1-9]\d{0,14}", "percent": r"\d|[1-9]\d|100", "bool": "true|false", "object": r"\{.*"}
# What becomes of an audit event, by what it was and what the entry says; None: it arrived.
NEXT = {"pending delivering": "sent", "sent delivering": "sent", "sent delivered": None, "unknown absent": "pending",
        "sent delivery-unknown": "unknown", "sent absent": "pending", "sent found": None, "unknown found": None}
TOLD = {"failed": "storedDifferently", "unknown": "finished"}  # What an outcome of this status may tell besides.
def need(holds, otherwise):
    if not holds: raise ValueError(otherwise)
def fits(value, rule):
    item, _, most = rule.partition("*")
    if most:
        return type(value) is list and 1 <= len(value) <= int(most) and all(fits(one, item) for one in value)
    if rule.endswith("?"):
        return value is None or fits(value, rule[:-1])
    if rule not in SHAPES or type(value) is not dict:
        spelled = f'"{value}"' if type(value) is str else canonical(value)
        pattern = OTHERS.get(rule) or f'"({TEXTS.get(rule, rule)})"'
        return rule not in SHAPES and re.fullmatch(pattern, spelled, re.A) is not None
    rules = {name.rstrip("?"): inner for name, inner in SHAPES[rule].items() if name[-1] != "?" or name[:-1] in value}
    return value.keys() == rules.keys() and all(fits(value[name], inner) for name, inner in rules.items())

def canonical(value, deep=0, quote=json.JSONEncoder(ensure_ascii=False).encode):
    """The one text of a JSON value (RFC 8785); Python's encoder escapes texts as it is said there."""
    need(deep < 100 or type(value) not in (dict, list), "it is nested more than 100 deep")
    if type(value) is dict:
        members = sorted(value.items(), key=lambda member: member[0].encode("utf-16-be"))
        return "{" + ",".join([quote(name) + ":" + canonical(inner, deep + 1) for name, inner in members]) + "}"
    if type(value) is list:
        return "[" + ",".join([canonical(inner, deep + 1) for inner in value]) + "]"
    return number(value) if type(value) is float else quote(value)
def number(value):
    """A double as ECMAScript writes it: the fewest digits that mean it, an exponent from 1e21 and below 1e-6."""
    if value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    need(abs(value) < float("inf"), "it holds a number that is none, or too large")
    if 1e-6 <= abs(value) < 1e21:
        return format(decimal.Decimal(repr(value)).normalize(), "f")
    return repr(value).replace("e-0", "e-")

def sha256(what, text):
    return hashlib.sha256(f"cxone-gitops-{what}/v1\n{text}".encode()).hexdigest()

def read_entry(line):
    """The entry that a line is by itself: canonical JSON, the members of its kind, its hashes right."""
    text = line.decode()
    entry = json.loads(text, parse_int=float, parse_constant=float)
    need(canonical(entry) == text, "it is not the canonical text of what it says: it was changed")
    need(not text.endswith('"v":1}'), "it is of ledger version 1, and this script reads version 2 only")
    kind = str(entry.get("kind")) if type(entry) is dict else ""
    need(kind in KINDS and fits(entry, kind), "it is no entry of this format: a member is missing, odd or too much")
    own = text.replace(f'"hash":"{entry["hash"]}",', "", 1)  # In a text it would be spelled with \".
    need(sha256("ledger", own) == entry["hash"], "its hash is not that of what it says: it was changed")
    need(kind != "trust" or sha256("trust", canonical(entry["settings"])) == entry["trustHash"], "trustHash is wrong")
    return entry

def follow(seq, kind, entry, intents, events, unaudited, last):
    """Takes the next entry of an endpoint into what they add up to, if it can be true after those before it."""
    if kind == "intent":
        step, target, before, after, whole = map(entry.get, "step remoteId beforeHash afterHash payloadHash".split())
        need([target, before].count(None) == 2 * (step == "create"), "only a create has no remote id or state before it")
        need("shift" not in entry or step == "lower", "only a lower shifts traffic")
        need(step in ("create", "restore") or after in (whole, before), "it leads elsewhere than its change")
        intents[seq] = target, after
    elif kind == "outcome":
        intent, status, target, state = map(entry.get, ("intent", "status", "remoteId", "resultHash"))
        need(intent in intents, f"entry {intent:.0f} is not an open intent")
        need(intents[intent][0] in (None, target), "it is about something else than its intent")
        need(status != "applied" or target and state == intents[intent][1], "applied, but not what its intent says")
        need(entry.keys() & set(TOLD.values()) <= {TOLD.get(status)}, f"{status}, and tells what such an outcome does not")
        if event := entry["event"]:
            need(status != "unknown", "an unknown outcome has no audit event yet")
            need((event["targetId"], event["payloadHash"]) == (target, state), "its event is about something else")
            need(event["timestamp"] > last.get(target, ""), "its event is not later than the last one of its target")
            last[target], events[seq] = event["timestamp"], "pending"
            unaudited.pop(target, None)
        elif status == "applied":
            unaudited[target] = seq
        intents.pop(intent if status != "unknown" else None, None)
    elif kind == "resolved" or kind.startswith("deliver"):
        of, answer, by = int(entry.get("outcome") or entry["subject"]), entry.get("answer"), entry.get("by", "person")
        need(by == "person" or answer is None, "a refusal names what exists")
        if (kind, by, of in intents) == ("resolved", "person", True): return
        step = f"{events.get(of)} {kind if kind != 'resolved' else 'absent' if answer is None else 'found'}"
        need(step in NEXT, f"entry {of} has no audit event that waits for this")
        events.update({of: NEXT[step]}) if NEXT[step] else events.pop(of)

def verify(path):
    """Prints what is wrong with a ledger and whether it is clean; returns that."""
    count, head, genesis, endpoints, faults = 0, "0" * 64, None, collections.defaultdict(lambda: ({}, {}, {}, {})), []
    try:
        with open(path, "rb") as file:
            while line := file.readline(2**20 + 1):
                need(line.endswith(b"\n"), "it has no end: its write was cut off, or it is longer than 1 MiB")
                entry = read_entry(line[:-1])
                genesis = genesis or entry
                need(entry["seq"] == count + 1, f"it is number {entry['seq']:.0f}: some were removed, added or moved")
                need(entry["prev"] == head, "it does not follow the entry before it: one of the two was changed")
                need((entry["kind"] == "genesis") == (count == 0), "a genesis comes first, and nowhere else")
                need(entry["ledgerId"] == genesis["ledgerId"], "it belongs to another ledger")
                loopback = re.match(r"https?://(localhost|\[::1\]|127\.\d+\.\d+\.\d+)([:/]|$)", entry["endpoint"])
                need(bool(loopback) == genesis["simulated"], "a simulator's endpoint and a real one in one ledger")
                of, prev = f"{entry['ledgerId']}/{genesis['environment']}", base64.b64encode(bytes.fromhex(head)).decode()
                key = f"cxone-gitops-key/v1\n{of}\n{count + 1}\n{prev}\n{entry.get('publicKey')}\n\n— "
                need(entry.get("note", key).startswith(key), "its note is about another key, place or ledger")
                follow(count + 1, entry["kind"], entry, *endpoints[entry["endpoint"]])
                count, head = count + 1, entry["hash"]
        need(count > 0, "there is none")
    except (ValueError, RecursionError, OSError) as bad:
        faults.append((count + 1, bad if type(bad) is ValueError else f"it can't be read: {bad}"))
    for intents, events, unaudited, _ in endpoints.values():
        faults += [(seq, "the request of this intent has no outcome") for seq in intents]
        faults += [(seq, f"its audit event is {status}, not delivered") for seq, status in events.items()]
        faults += [(seq, "it was applied, and no audit event says so") for seq in unaudited.values()]
    verdict = f"{'not clean' if faults else 'clean'}: {count} entries, head {head}; signatures were not checked"
    print(*(f"{path}: entry {seq}: {meaning}" for seq, meaning in faults), f"{path}: {verdict}", sep="\n")
    return not faults

sys.exit(__doc__ if len(sys.argv) < 2 else 0 if all([verify(path) for path in sys.argv[1:]]) else 8)
