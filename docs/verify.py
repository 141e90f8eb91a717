#!/usr/bin/env python3
"""Checks an export of `agentd audit export` without agentd; standard library only.

usage: verify.py EXPORT [KEY…] [CHECKPOINT_FILE…]

KEY is what `agentd audit key` printed, CHECKPOINT_FILE a note kept since `agentd audit checkpoint --tenant T`.
Without a key the export's own is taken: it then only shows that the export agrees with itself.
What `--payloads` adds after the proofs is opened from sealed records; no proof speaks of it, which is said.
Exit status 0: everything holds; 1: the first record that does not hold is named.
"""
import base64, hashlib, json, sys

P = 2**255 - 19                                                     # Ed25519, RFC 8032 §5.1, verification only
L, D = 2**252 + 27742317777372353535851937790883648493, -121665 * pow(121666, P - 2, P) % P
def add(a, b):
    A, B = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0])
    C, E = 2 * a[3] * b[3] * D, 2 * a[2] * b[2]
    return ((B - A) * (E - C) % P, (E + C) * (B + A) % P, (E - C) * (E + C) % P, (B - A) * (B + A) % P)
def times(k, a):
    sum_ = (0, 1, 1, 0)
    while k:
        sum_, a, k = add(sum_, a) if k & 1 else sum_, add(a, a), k >> 1
    return sum_
def point(raw):
    y = int.from_bytes(raw, "little") & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * pow(2, (P - 1) // 4, P) % P
    assert y < P and x * x % P == square, "a point is not on the curve"
    return ((x, y, 1, x * y % P) if x & 1 == raw[31] >> 7 else (P - x, y, 1, (P - x) * y % P))
BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
def signed(key, text, sig):
    h = int.from_bytes(hashlib.sha512(sig[:32] + key + text).digest(), "little") % L
    s = int.from_bytes(sig[32:], "little")
    a, b = times(s, BASE), add(point(sig[:32]), times(h, point(key)))
    return s < L and not ((a[0] * b[2] - b[0] * a[2]) % P or (a[1] * b[2] - b[1] * a[2]) % P)
def note(text, key):                                                # C2SP signed-note with a tlog-checkpoint in it
    body, _, lines = text.rpartition("\n\n")
    origin, size, root = body.split("\n")[:3]
    name, hash_, raw = key.split("+", 2)
    sigs = [base64.b64decode(l.split(" ")[2]) for l in lines.splitlines() if l.startswith(f"— {name} ")]
    sigs = [s[4:] for s in sigs if s[:4].hex() == hash_]
    if not sigs or origin != name or not all(signed(base64.b64decode(raw)[1:], (body + "\n").encode(), s) for s in sigs):
        raise ValueError(f"the checkpoint over {size} records is not signed with {key}")
    return int(size), base64.b64decode(root)
def sha(*parts): return hashlib.sha256(b"".join(parts)).digest()
def push(stack, size, leaf):                                        # RFC 9162 §2.1: the roots of the perfect subtrees
    stack.append(leaf)
    while size & 1:
        stack[-2:], size = [sha(b"\1", *stack[-2:])], size >> 1
def fold(stack):
    root = stack[-1] if stack else sha(b"")
    for left in reversed(stack[:-1]): root = sha(b"\1", left, root)
    return root
def included(leaf, index, size, proof):                             # RFC 9162 §2.1.3.2
    last = size - 1
    for node in proof:
        if index & 1 or index == last:
            leaf = sha(b"\1", node, leaf)
            while index and not index & 1: index, last = index >> 1, last >> 1
        else: leaf = sha(b"\1", leaf, node)
        index, last = index >> 1, last >> 1
    return leaf if last == 0 else None
KNOWN = (b'{"format":', b'{"type":"checkpoint"', b'{"type":"consistency"', b'{"type":"inclusion"')
def check(lines, keys, kept):
    head = json.loads(lines[0])
    tenant, first, last, base = head["tenant"], head["first"], head["last"], head["beginning"]
    at = next((i for i, l in enumerate(lines) if l.startswith(b'{"type":"end"')), len(lines))
    opened, end = [json.loads(l) for l in lines[at + 1:]], json.loads(lines[at]) if at < len(lines) else {}
    lines, key, sealed, vouched = lines[:at], keys.get(tenant, head["key"]), set(), base == 0
    for i, l in enumerate(lines[1:], 1):
        if not l.startswith(KNOWN):
            before = sum(1 for earlier in lines[1:i] if earlier.startswith(b'{"format":'))
            return f"{tenant}: record {first + before} does not read as one: a line here is nothing of an export"
    rest = [json.loads(l) for l in lines[1:] if l.startswith(b'{"type":')]
    notes = [(note(r["note"], key), "the checkpoint") for r in rest if r["type"] == "checkpoint"]
    marks = notes + [(note(t, key), "the kept checkpoint") for t in kept if t.split("\n")[0].endswith("/" + tenant)]
    stack, whole, seq, covered = [bytes.fromhex(h) for h in head["frontier"]], head["whole"], first - 1, base
    top = fold(stack)
    if whole and base and not any(mark == (base, top) for mark, _ in marks):
        return f"{tenant}: record {base} is missing: no checkpoint vouches for what was dropped"
    records = [l for l in lines if l.startswith(b'{"format":')]
    leaves = [sha(b"\0", l) for l in records]
    follows = [bytes.fromhex(l[24:88].decode()) for l in records[1:]] + [bytes.fromhex(end.get("leaf", "00"))]
    if whole and records[:1] and records[0][24:88].decode() != head["leaf"]: return f"{tenant}: record {first} does not begin here"
    for i, (line, leaf) in enumerate(zip(records, leaves)):
        own = json.loads(line)
        if own["seq"] != seq + 1 or own["tenant"] != tenant: return f"{tenant}: record {seq + 1} is missing or out of place"
        if leaf != follows[i]:                                      # the one after it may be the edited one
            if not end and i + 1 == len(leaves): return f"{tenant}: record {seq + 2} is missing: cut off"
            later = i + 1 < len(leaves) and leaves[i + 1] != follows[i + 1]
            if i + 1 < len(leaves) and not later and b'"seq":%d,' % (seq + 2) not in records[i + 1]:
                return f"{tenant}: record {seq + 2} is missing or out of place"
            return f"{tenant}: record {seq + 1 + later} was edited"
        if "subject" in own: sealed.add(own["seq"])
        if own["kind"] == "retention.applied" and not vouched and "session" not in own:    # that they went is on record
            through, (size, root) = own["payload"]["through"], note(own["payload"]["checkpoint"], key)
            vouched = base <= through < own["seq"] and size == through and (through > base or root == top)
        push(stack, seq, leaf)
        seq += 1
        for (size, root), words in marks:
            if whole and size == seq and root != fold(stack):
                return f"{tenant}: {words} over {size} was signed over other records: one of {covered + 1} to {size}"
        covered = max([covered] + [n[0] for n, _ in marks if n[0] <= seq])
    if seq != last or not end or end["checkpoints"] != len(notes): return f"{tenant}: record {seq + 1} is missing: cut off"
    for (size, root), words in marks:
        if whole and size > seq: return f"{tenant}: record {seq + 1} is missing: {words} was signed over {size}"
    if not whole:
        (size, root), proofs = notes[-1][0], {r["seq"]: r for r in rest if r["type"] == "inclusion"}
        for number in range(first, min(last, size) + 1):
            proof = [bytes.fromhex(h) for h in proofs.get(number, {}).get("hashes", [])]
            if included(leaves[number - first], number - 1, size, proof) != root: return f"{tenant}: record {number} is not proven"
    if whole and not vouched: return f"{tenant}: record {base} is missing: no record of retention says so"
    for r in opened:                                                # only who holds the person's key can compare them
        if r["type"] != "payload" or r["tenant"] != tenant or r["seq"] not in sealed:
            return f"{tenant}: a line after the end is no payload of a sealed record here"
        sealed.discard(r["seq"])
    if opened: print(f"{tenant}: {len(opened)} opened payloads follow, which nothing here vouches for")
    print(f"{tenant}: {len(records)} records hold, {len(notes)} checkpoints signed with {key}")
def main(path, *others):
    keys = {o.split("+")[0].split("/")[-1]: o for o in others if o.count("+") >= 2}
    kept = [open(o, encoding="utf-8").read() for o in others if o.count("+") < 2]
    lines = [l for l in open(path, "rb").read().split(b"\n") if l]
    starts = [i for i, l in enumerate(lines) if l.startswith(b'{"type":"export"')] + [len(lines)]
    failure = None if starts[0] == 0 < len(lines) else "this is no export"
    for begin, stop in zip(starts, starts[1:]):
        try: failure = failure or check(lines[begin:stop], keys, kept)
        except (ValueError, KeyError, IndexError, AssertionError, TypeError) as error: failure = failure or f"does not read: {error!r}"
    print(failure or "the export holds")
    return 1 if failure else 0
if __name__ == "__main__": sys.exit(main(*sys.argv[1:]) if len(sys.argv) > 1 else __doc__)
