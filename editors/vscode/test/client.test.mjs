// The language server as an editor meets it: Microsoft's own client side of the protocol, over standard input and output.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);
const lsp = require("vscode-languageserver-protocol/node");
const here = new URL("..", import.meta.url).pathname;
const program = process.env.MEDLOOP ?? "medloop";
const loops = process.env.MEDLOOP_LOOPS ?? join(here, "../../loops");

let child, client, folder;
const told = new Map();
const waiting = [];

const uri = (name) => pathToFileURL(join(folder, name)).toString();
const text = (name) => readFileSync(join(folder, name), "utf8");

/** The mistakes of a file, once it has some that fit. */
function mistakes(name, fits) {
  const known = told.get(uri(name));
  if (known && fits(known)) return Promise.resolve(known);
  return new Promise((resolve) => waiting.push({ uri: uri(name), fits, resolve }));
}

const open = (name, content = text(name)) =>
  client.sendNotification(lsp.DidOpenTextDocumentNotification.type, {
    textDocument: { uri: uri(name), languageId: "loop", version: 1, text: content },
  });
const change = (name, content) =>
  client.sendNotification(lsp.DidChangeTextDocumentNotification.type, {
    textDocument: { uri: uri(name), version: 2 },
    contentChanges: [{ text: content }],
  });

/** The place behind the first `word` after `from`. */
function place(content, word, from = 0) {
  const at = content.indexOf(word, from);
  assert.ok(at >= 0, `no ${word}`);
  const before = content.slice(0, at + 1);
  const line = before.split("\n").length - 1;
  return { line, character: before.length - 1 - (before.lastIndexOf("\n") + 1) };
}
const end = (content) => {
  const lines = content.split("\n");
  return { line: lines.length - 1, character: lines.at(-1).length };
};
const at = (name, position) => ({ textDocument: { uri: uri(name) }, position });

/** A text after edits, last first. */
function edited(content, edits) {
  const lines = content.split("\n");
  const offset = ({ line, character }) => lines.slice(0, line).reduce((n, l) => n + l.length + 1, 0) + character;
  const sorted = [...edits].sort((a, b) => offset(b.range.start) - offset(a.range.start));
  return sorted.reduce((t, e) => t.slice(0, offset(e.range.start)) + e.newText + t.slice(offset(e.range.end)), content);
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "medloop-editor-"));
  cpSync(loops, folder, { recursive: true });
  child = spawn(program, ["lsp", "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
  client = lsp.createProtocolConnection(new lsp.StreamMessageReader(child.stdout), new lsp.StreamMessageWriter(child.stdin));
  client.onNotification(lsp.PublishDiagnosticsNotification.type, (p) => {
    told.set(p.uri, p.diagnostics);
    for (const one of waiting.filter((w) => w.uri === p.uri && w.fits(p.diagnostics))) {
      waiting.splice(waiting.indexOf(one), 1);
      one.resolve(p.diagnostics);
    }
  });
  client.listen();
  const answer = await client.sendRequest(lsp.InitializeRequest.type, {
    processId: process.pid, rootUri: uri("."), locale: "zh-cn", capabilities: {}, workspaceFolders: null,
  });
  assert.equal(answer.serverInfo.name, "medloop");
  await client.sendNotification(lsp.InitializedNotification.type, {});
});

after(async () => {
  await client.sendRequest(lsp.ShutdownRequest.type);
  await client.sendNotification(lsp.ExitNotification.type);
  const code = await new Promise((resolve) => child.on("exit", resolve));
  rmSync(folder, { recursive: true });
  assert.equal(code, 0);
});

test("mistakes are told while typing, and taken back", async () => {
  const good = text("transfusion.loop");
  await open("transfusion.loop");
  await mistakes("transfusion.loop", (all) => all.length === 0);
  await change("transfusion.loop", good.replace("必填", "必添"));
  const [first] = await mistakes("transfusion.loop", (all) => all.length > 0);
  assert.equal(first.source, "medloop");
  assert.match(first.code, /^E\d{4}$/);
  assert.match(first.message, /必填/);
  assert.deepEqual(first.range.start, place(good, "必填"));
  const [repair] = await client.sendRequest(lsp.CodeActionRequest.type, {
    textDocument: { uri: uri("transfusion.loop") }, range: first.range, context: { diagnostics: [first] },
  });
  assert.equal(edited(good.replace("必填", "必添"), repair.edit.changes[uri("transfusion.loop")]), good);
  await change("transfusion.loop", good);
  await mistakes("transfusion.loop", (all) => all.length === 0);
});

test("what only the whole library shows is told: a field that nothing uses, a calendar without this year", async () => {
  const fields = text("fields.yaml");
  const line = "  old_number: { name: 旧编号, en: Old number, type: text }\n";
  await open("fields.yaml", fields + line);
  const [unused] = await mistakes("fields.yaml", (all) => all.some((one) => one.code === "E0721"));
  assert.match(unused.message, /旧编号/);
  assert.deepEqual(unused.range.start, place(fields + line, "old_number"));
  await change("fields.yaml", fields);
  await mistakes("fields.yaml", (all) => all.length === 0);
  const calendar = "calendars/cn_mainland.yaml";
  const whole = text(calendar);
  await open(calendar, whole.replaceAll(/20(?=\d\d)/g, "19"));
  const [year] = await mistakes("hospital.yaml", (all) => all.some((one) => one.code === "E0719"));
  assert.match(year.message, new RegExp(`${new Date().getUTCFullYear()}`));
  await change(calendar, whole);
  await mistakes("hospital.yaml", (all) => all.length === 0);
});

test("hover tells a node's fields and limit, a field's codes, an event's systems", async () => {
  const content = text("transfusion.loop");
  const hover = async (word, from) => {
    const told = await client.sendRequest(lsp.HoverRequest.type, at("transfusion.loop", place(content, word, from)));
    return told?.contents.value ?? "";
  };
  const node = await hover("开始输血", content.indexOf("要求"));
  assert.match(node, /环节 \*\*开始输血\*\*/);
  assert.match(node, /必填 \*\*血袋号\*\*/);
  assert.match(await hover("成分", content.indexOf("必填")), /字段 \*\*成分\*\*/);
  assert.match(await hover("transfusion.started"), /事件/);
});

test("completion knows what may stand where", async () => {
  const content = text("transfusion.loop");
  const propose = async (typed) => {
    const whole = content.slice(0, content.lastIndexOf("}")) + typed;
    await change("transfusion.loop", whole);
    const list = await client.sendRequest(lsp.CompletionRequest.type, at("transfusion.loop", end(whole)));
    return list.items.map((i) => i.label);
  };
  const attributes = await propose("  规则 甲 [a] { 要求 开始输血.");
  for (const word of ["时间", "人员", "血袋号"]) assert.ok(attributes.includes(word), `${word} of ${attributes}`);
  assert.ok((await propose("  规则 甲 [a] { 要求 开始")).includes("开始输血"));
  assert.ok((await propose("  规则 甲 [a] { 级别 ")).includes("危急"));
  assert.ok((await propose("  环节 甲 [a] { 事件 ")).includes("transfusion.started"));
  assert.ok((await propose("  环节 甲 [a] { 事件 transfusion.sta")).includes("transfusion.started"));
  assert.ok((await propose("  环节 甲 [a] { 必填 ")).includes("血袋号"));
  assert.ok((await propose("\n  ")).includes("环节"));
  assert.deepEqual(await propose("  // 必填 "), []);
  await change("transfusion.loop", content);
});

test("definitions stand in the loop, or in YAML", async () => {
  const content = text("transfusion.loop");
  const find = (word, from) =>
    client.sendRequest(lsp.DefinitionRequest.type, at("transfusion.loop", place(content, word, from)));
  const node = await find("开始输血", content.indexOf("要求"));
  assert.equal(node.uri, uri("transfusion.loop"));
  assert.deepEqual(node.range.start, place(content, "开始输血", content.indexOf("环节 开始输血")));
  const field = await find("血袋号", content.indexOf("必填"));
  assert.equal(field.uri, uri("fields.yaml"));
  assert.deepEqual(field.range.start, place(text("fields.yaml"), "bag_no"));
});

test("renaming changes every place and nothing else", async () => {
  const content = text("transfusion.loop");
  const position = place(content, "开始输血", content.indexOf("环节 开始输血"));
  const about = await client.sendRequest(lsp.PrepareRenameRequest.type, at("transfusion.loop", position));
  assert.equal(about.placeholder, "开始输血");
  const all = await client.sendRequest(lsp.ReferencesRequest.type, {
    ...at("transfusion.loop", position), context: { includeDeclaration: true },
  });
  assert.ok(all.length > 5);
  const edit = await client.sendRequest(lsp.RenameRequest.type, { ...at("transfusion.loop", position), newName: "启动输血" });
  const renamed = edited(content, edit.changes[uri("transfusion.loop")]);
  writeFileSync(join(folder, "transfusion.loop"), renamed);
  await client.sendNotification(lsp.DidChangeWatchedFilesNotification.type, { changes: [{ uri: uri("transfusion.loop"), type: 2 }] });
  await change("transfusion.loop", renamed);
  const outline = await client.sendRequest(lsp.DocumentSymbolRequest.type, { textDocument: { uri: uri("transfusion.loop") } });
  assert.ok(outline[0].children.some((c) => c.name === "启动输血"));
  told.delete(uri("transfusion.loop"));
  await change("transfusion.loop", renamed + "\n");
  assert.deepEqual(await mistakes("transfusion.loop", () => true), []);
  await assert.rejects(
    client.sendRequest(lsp.RenameRequest.type, { ...at("transfusion.loop", place(renamed, "血袋号")), newName: "袋" }),
    /YAML/,
  );
  writeFileSync(join(folder, "transfusion.loop"), content);
  await change("transfusion.loop", content);
});

test("layout, colours, and a wrong request", async () => {
  const content = text("transfusion.loop");
  const messy = content.replace("\n  环节", "\n         环节");
  await change("transfusion.loop", messy);
  const edits = await client.sendRequest(lsp.DocumentFormattingRequest.type, {
    textDocument: { uri: uri("transfusion.loop") }, options: { tabSize: 2, insertSpaces: true },
  });
  assert.equal(edited(messy, edits), content);
  await change("transfusion.loop", content);
  const { data } = await client.sendRequest(lsp.SemanticTokensRequest.type, { textDocument: { uri: uri("transfusion.loop") } });
  assert.ok(data.length > 500 && data.length % 5 === 0);
  await assert.rejects(client.sendRequest("textDocument/nothing", {}), /unknown request/);
});

test("limits that follow from others stand behind the names of nodes", async () => {
  const nodes = [
    "甲 [a] { 事件 blood.requested  阶段 开立 }",
    "乙 [b] { 事件 blood.order_accepted  阶段 审核  时限 30分钟 }",
    "丙 [c] { 事件 blood.crossmatched  阶段 执行  时限 1小时 }",
  ];
  const content = `闭环 试 [hint_trial] {\n  主键 医嘱号\n  流程 甲 → 乙 → 丙\n  环节 ${nodes.join("\n  环节 ")}\n}\n`;
  await open("hint_trial.loop", content);
  const hints = await client.sendRequest(lsp.InlayHintRequest.type, {
    textDocument: { uri: uri("hint_trial.loop") }, range: { start: { line: 0, character: 0 }, end: end(content) },
  });
  assert.deepEqual(hints.map((h) => h.label), ["≤ 90分钟 自 甲"]);
  assert.equal(hints[0].position.line, place(content, "环节 丙").line);
  await client.sendNotification(lsp.DidCloseTextDocumentNotification.type, { textDocument: { uri: uri("hint_trial.loop") } });
});

test("a file of two thousand lines is answered at once", async () => {
  const content = text("transfusion.loop");
  const tests = content.slice(content.indexOf("测试 "), content.lastIndexOf("}"));
  let long = content.slice(0, content.lastIndexOf("}"));
  for (let n = 0; long.split("\n").length < 2000; n += 1) long += tests.replaceAll(/测试 "/g, `测试 "${n} `);
  long += "}\n";
  await change("transfusion.loop", long);
  const position = place(long, "开始输血", long.indexOf("要求"));
  const took = [];
  for (let n = 0; n < 5; n += 1) {
    await change("transfusion.loop", long + "\n".repeat(n + 1));
    const begin = performance.now();
    const told = await client.sendRequest(lsp.HoverRequest.type, at("transfusion.loop", position));
    took.push(performance.now() - begin);
    assert.ok(told);
  }
  console.log(`hover after a change, ms: ${took.map((t) => t.toFixed(0)).join(" ")}`);
  await change("transfusion.loop", content);
});
