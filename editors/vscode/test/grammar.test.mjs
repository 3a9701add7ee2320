// The grammar as the editor uses it: vscode-textmate with Oniguruma.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { before, test } from "node:test";

const require = createRequire(import.meta.url);
const oniguruma = require("vscode-oniguruma");
const textmate = require("vscode-textmate");
const here = new URL("..", import.meta.url).pathname;
const loops = process.env.MEDLOOP_LOOPS ?? join(here, "../../loops");

let grammar;
before(async () => {
  const wasm = readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm"));
  await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));
  const path = join(here, "syntaxes/loop.tmLanguage.json");
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (sources) => new oniguruma.OnigScanner(sources),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async () => textmate.parseRawGrammar(readFileSync(path, "utf8"), path),
  });
  grammar = await registry.loadGrammar("source.loop");
});

/** Every piece of a text with its innermost scope. */
function pieces(text) {
  let stack = textmate.INITIAL;
  const out = [];
  for (const line of text.split("\n")) {
    const told = grammar.tokenizeLine(line, stack);
    stack = told.ruleStack;
    for (const t of told.tokens) out.push([line.slice(t.startIndex, t.endIndex).trim(), t.scopes.at(-1)]);
  }
  return out.filter(([word]) => word !== "");
}

const scope = (text, word) => pieces(text).find(([w]) => w === word)?.[1] ?? "nothing";

test("keywords of both sets, names, codes", () => {
  for (const text of ["环节 采集 [collect] { 事件 specimen.collected  必填 标本条码 }", "node 采集 [collect] { on specimen.collected  required 标本条码 }"]) {
    const [keyword] = text.split(" ");
    assert.match(scope(text, keyword), /^keyword\./);
    assert.match(scope(text, "采集"), /^entity\.name\./);
    assert.match(scope(text, "collect"), /^entity\.other\./);
  }
});

test("a keyword within a word or behind a dot is none", () => {
  assert.doesNotMatch(scope("要求 规则库 == 1", "规则库"), /^keyword/);
  assert.match(scope("要求 采集.角色 == \"护士\"", "要求"), /^keyword/);
  const behind = pieces("要求 采集.角色 == 1").find(([w]) => w.includes("角色"));
  assert.doesNotMatch(behind[1], /^keyword/);
});

test("texts, placeholders, numbers with units, times, comments", () => {
  assert.match(scope('提示 "已过 {用时} 分钟"', "已过"), /^string/);
  assert.match(scope('提示 "已过 {用时} 分钟"', "用时"), /^meta\.embedded|^variable/);
  assert.match(scope("时限 30分钟", "30"), /^constant\.numeric/);
  assert.match(scope("时限 30分钟", "分钟"), /^keyword\.other\.unit/);
  assert.match(scope("08:05 采集 王(护士)", "08:05"), /^constant\.numeric\.time/);
  assert.match(scope("阶段 执行 // 环节", "// 环节"), /^comment/);
  assert.match(scope("/// 说明 规则", "/// 说明 规则"), /^comment.*documentation/);
});

test("the loops of the hospital leave no brace within a text", () => {
  for (const name of readdirSync(loops).filter((n) => n.endsWith(".loop"))) {
    const text = readFileSync(join(loops, name), "utf8");
    const told = pieces(text);
    assert.match(told.at(-1)[1], /^punctuation/, `${name} ends outside of everything`);
    assert.ok(told.some(([, s]) => s.startsWith("keyword.")), name);
  }
});
