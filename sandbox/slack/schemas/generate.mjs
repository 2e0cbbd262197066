// Makes methods.json: what each Web API method accepts, from Slack's own TypeScript types.
// Run it in this folder with `npm install && node generate.mjs`; versions are pinned in package.json.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createGenerator } from "ts-json-schema-generator";

const METHODS = {
  "agents.sessions.setStatus": "AgentsSessionsSetStatusArguments",
  "api.test": "APITestArguments",
  "apps.connections.open": "AppsConnectionsOpenArguments",
  "assistant.threads.setStatus": "AssistantThreadsSetStatusArguments",
  "auth.test": "AuthTestArguments",
  "bots.info": "BotsInfoArguments",
  "chat.appendStream": "ChatAppendStreamArguments",
  "chat.delete": "ChatDeleteArguments",
  "chat.getPermalink": "ChatGetPermalinkArguments",
  "chat.postEphemeral": "ChatPostEphemeralArguments",
  "chat.postMessage": "ChatPostMessageArguments",
  "chat.startStream": "ChatStartStreamArguments",
  "chat.stopStream": "ChatStopStreamArguments",
  "chat.update": "ChatUpdateArguments",
  "conversations.history": "ConversationsHistoryArguments",
  "conversations.info": "ConversationsInfoArguments",
  "conversations.list": "ConversationsListArguments",
  "conversations.members": "ConversationsMembersArguments",
  "conversations.open": "ConversationsOpenArguments",
  "conversations.replies": "ConversationsRepliesArguments",
  "files.completeUploadExternal": "FilesCompleteUploadExternalArguments",
  "files.getUploadURLExternal": "FilesGetUploadURLExternalArguments",
  "reactions.add": "ReactionsAddArguments",
  "reactions.get": "ReactionsGetArguments",
  "reactions.remove": "ReactionsRemoveArguments",
  "team.info": "TeamInfoArguments",
  "usergroups.list": "UsergroupsListArguments",
  "usergroups.users.list": "UsergroupsUsersListArguments",
  "users.info": "UsersInfoArguments",
  "users.list": "UsersListArguments",
  "views.open": "ViewsOpenArguments",
  "views.push": "ViewsPushArguments",
  "views.update": "ViewsUpdateArguments",
};

// The messages a response address takes are made from the same parts.
const PARTS = { response: ["chat.postMessage", ["text", "blocks", "attachments", "thread_ts", "unfurl_links", "unfurl_media", "mrkdwn", "parse", "metadata"]] };

const types = bare(Object.assign({}, ...Object.values(METHODS).map(generated)));
const methods = Object.fromEntries(Object.entries(METHODS).map(([method, type]) => [method, discriminated(merged(types[type]))]));
for (const [name, [method, parts]] of Object.entries(PARTS)) methods[name] = picked(methods[method], parts);
// The types say `alt_text`; the service and its documentation say `alt_txt`.
methods["files.getUploadURLExternal"].properties.alt_txt = { type: "string" };
const definitions = reached(methods, discriminated(types));

writeFileSync("methods.json", `${JSON.stringify({ $comment: comment(), methods, definitions }, null, 1)}\n`);

function generated(type) {
  const probe = new URL("./probe.ts", import.meta.url).pathname;
  const tsconfig = new URL("./tsconfig.json", import.meta.url).pathname;
  writeFileSync(probe, `import type * as web from "@slack/web-api";\nexport type Probe = web.${type};\n`);
  writeFileSync(tsconfig, JSON.stringify({ compilerOptions: { strict: true, module: "nodenext", types: [] }, files: ["probe.ts"] }));
  try {
    const made = createGenerator({ path: probe, tsconfig, type: "Probe", skipTypeCheck: true, jsDoc: "none", topRef: true }).createSchema("Probe");
    const { Probe, ...rest } = made.definitions;
    return { ...rest, [type]: rest[type] ?? Probe };
  } finally {
    rmSync(probe);
    rmSync(tsconfig);
  }
}

// A schema without words, and without the generic `Block`, which would let unknown blocks pass.
function bare(schema) {
  if (Array.isArray(schema)) return schema.filter((item) => item?.$ref !== "#/definitions/Block").map(bare);
  if (schema === null || typeof schema !== "object") return schema;
  const kept = Object.entries(schema).filter(([key, value]) => !(key === "description" && typeof value === "string"));
  // Slack's types allow one level of nesting in a payload; the service takes any JSON object, and so do its SDKs.
  return Object.fromEntries(kept.map(([key, value]) => [key, key === "event_payload" ? { type: "object" } : bare(value)]));
}

// A union of things that say their `type`, told apart by it: errors then name the field that is wrong.
function discriminated(schema) {
  if (Array.isArray(schema)) return schema.map(discriminated);
  if (schema === null || typeof schema !== "object") return schema;
  const inside = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, discriminated(value)]));
  if (!schema.anyOf) return inside;
  if (schema.anyOf.length === 1) return inside.anyOf[0];
  const members = flattened(schema.anyOf);
  const kinds = new Map();
  for (const member of members) {
    const kind = kindOf(member);
    if (kind === undefined) return inside;
    kinds.set(kind, [...(kinds.get(kind) ?? []), member]);
  }
  if (kinds.size < 2) return inside;
  return {
    type: "object",
    required: ["type"],
    properties: { type: { enum: [...kinds.keys()] } },
    allOf: [...kinds].map(([kind, same]) => ({
      if: { properties: { type: { const: kind } } },
      then: same.length === 1 ? same[0] : { anyOf: same },
    })),
  };
}

function flattened(members) {
  return members.flatMap((member) => {
    const target = resolved(member);
    return target.anyOf && !kindOf(member) ? flattened(target.anyOf) : [member];
  });
}

function kindOf(member) {
  const target = resolved(member);
  if (target.properties?.type?.const) return target.properties.type.const;
  const kinds = new Set((target.anyOf ?? []).map((one) => kindOf(one)));
  return kinds.size === 1 ? [...kinds][0] : undefined;
}

function resolved(schema) {
  return schema.$ref ? resolved(types[decodeURIComponent(schema.$ref.slice("#/definitions/".length))]) : schema;
}

// One object schema for a union of argument shapes: everything any shape knows, required where all shapes require it.
function merged(schema) {
  const shapes = flattened([schema]).map(resolved).filter((shape) => shape.type === "object" || shape.properties);
  const properties = {};
  for (const shape of shapes)
    for (const [name, value] of Object.entries(shape.properties ?? {}))
      if (!value.not) properties[name] = together(properties[name], value);
  delete properties.token;
  const required = (shapes[0]?.required ?? []).filter((name) => shapes.every((shape) => shape.required?.includes(name)));
  // auth.test and its like document no arguments and are sent some by Slack's own SDKs.
  const open = Object.keys(properties).every((name) => name === "error");
  return { type: "object", additionalProperties: open, properties, required };
}

function together(one, other) {
  if (one === undefined || JSON.stringify(one) === JSON.stringify(other)) return other;
  if (one.type === "boolean" && other.type === "boolean") return { type: "boolean" };
  return { anyOf: [...(one.anyOf ?? [one]), other] };
}

// Only what the methods use.
function reached(from, all, found = {}) {
  for (const [, name] of JSON.stringify(from).matchAll(/#\/definitions\/([A-Za-z]+)/g)) {
    if (found[name]) continue;
    found[name] = all[name];
    reached(all[name], all, found);
  }
  return found;
}

function picked(method, parts) {
  const kept = Object.fromEntries(parts.filter((part) => method.properties[part]).map((part) => [part, method.properties[part]]));
  const own = { response_type: { enum: ["ephemeral", "in_channel"] }, replace_original: { type: "boolean" }, delete_original: { type: "boolean" } };
  return { type: "object", additionalProperties: false, properties: { ...kept, ...own }, required: [] };
}

function comment() {
  const { dependencies } = JSON.parse(readFileSync("package.json", "utf8"));
  const from = ["@slack/types", "@slack/web-api"].map((name) => `${name}@${dependencies[name]}`).join(" and ");
  return `Generated by generate.mjs from ${from}, MIT licence, Copyright Slack Technologies, LLC. Do not edit.`;
}
