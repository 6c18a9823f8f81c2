function stryNS_9fa48() {
  var g = typeof globalThis === 'object' && globalThis && globalThis.Math === Math && globalThis || new Function("return this")();
  var ns = g.__stryker__ || (g.__stryker__ = {});
  if (ns.activeMutant === undefined && g.process && g.process.env && g.process.env.__STRYKER_ACTIVE_MUTANT__) {
    ns.activeMutant = g.process.env.__STRYKER_ACTIVE_MUTANT__;
  }
  function retrieveNS() {
    return ns;
  }
  stryNS_9fa48 = retrieveNS;
  return retrieveNS();
}
stryNS_9fa48();
function stryCov_9fa48() {
  var ns = stryNS_9fa48();
  var cov = ns.mutantCoverage || (ns.mutantCoverage = {
    static: {},
    perTest: {}
  });
  function cover() {
    var c = cov.static;
    if (ns.currentTestId) {
      c = cov.perTest[ns.currentTestId] = cov.perTest[ns.currentTestId] || {};
    }
    var a = arguments;
    for (var i = 0; i < a.length; i++) {
      c[a[i]] = (c[a[i]] || 0) + 1;
    }
  }
  stryCov_9fa48 = cover;
  cover.apply(null, arguments);
}
function stryMutAct_9fa48(id) {
  var ns = stryNS_9fa48();
  function isActive(id) {
    if (ns.activeMutant === id) {
      if (ns.hitCount !== void 0 && ++ns.hitCount > ns.hitLimit) {
        throw new Error('Stryker: Hit count limit reached (' + ns.hitCount + ')');
      }
      return true;
    }
    return false;
  }
  stryMutAct_9fa48 = isActive;
  return isActive(id);
}
import { dependsOf, type TaskResult } from "../expression/depends.js";
import type { Call, DAGTask, Template } from "../manifest/argo.js";
import type { Path } from "../manifest/problem.js";
import { truthOf, type KnownOutputs } from "./unapproved-when.js";

/** How a call may end. A call that was reached may always fail: limits, stops and faults of arguments see to it. */
export type Outcome = "Succeeded" | "Failed" | "Skipped" | "Omitted";
export type Outcomes = ReadonlySet<Outcome>;

/** What the analysis of one template asks. */
export interface Scene {
  known: KnownOutputs;
  /** How the templates that a call may run can end, as far as is known by now. */
  endsOf(call: Call): Outcomes;
}
/** A call of a template that can be reached while no gate was approved. */
export interface Reached {
  call: Call;
  path: Path;
  /** False when only its hooks may run: its `when` cannot hold. */
  starts: boolean;
}
export interface Analysis {
  outcomes: Outcomes;
  reached: Reached[];
}

/** The groups of a steps template, one after the other for as long as each may end well. */
export function analyzeSteps(groups: readonly (readonly Call[])[], scene: Scene): Analysis {
  if (stryMutAct_9fa48("1130")) {
    {}
  } else {
    stryCov_9fa48("1130");
    const reached: Reached[] = stryMutAct_9fa48("1131") ? ["Stryker was here"] : (stryCov_9fa48("1131"), []);
    for (const [index, group] of groups.entries()) {
      if (stryMutAct_9fa48("1132")) {
        {}
      } else {
        stryCov_9fa48("1132");
        const ends = group.map((call, place) => {
          if (stryMutAct_9fa48("1133")) {
            {}
          } else {
            stryCov_9fa48("1133");
            const end = endOfCall(call, scene);
            reached.push(stryMutAct_9fa48("1134") ? {} : (stryCov_9fa48("1134"), {
              call,
              path: stryMutAct_9fa48("1135") ? [] : (stryCov_9fa48("1135"), [stryMutAct_9fa48("1136") ? "" : (stryCov_9fa48("1136"), "steps"), index, place]),
              starts: end.starts
            }));
            return passes(end.outcomes, call);
          }
        });
        if (stryMutAct_9fa48("1138") ? false : stryMutAct_9fa48("1137") ? true : (stryCov_9fa48("1137", "1138"), ends.includes(stryMutAct_9fa48("1139") ? true : (stryCov_9fa48("1139"), false)))) return stryMutAct_9fa48("1140") ? {} : (stryCov_9fa48("1140"), {
          outcomes: new Set(stryMutAct_9fa48("1141") ? [] : (stryCov_9fa48("1141"), [stryMutAct_9fa48("1142") ? "" : (stryCov_9fa48("1142"), "Failed")])),
          reached
        });
      }
    }
    return stryMutAct_9fa48("1143") ? {} : (stryCov_9fa48("1143"), {
      outcomes: new Set(stryMutAct_9fa48("1144") ? [] : (stryCov_9fa48("1144"), [stryMutAct_9fa48("1145") ? "" : (stryCov_9fa48("1145"), "Succeeded"), stryMutAct_9fa48("1146") ? "" : (stryCov_9fa48("1146"), "Failed")])),
      reached
    });
  }
}

/** The tasks of a DAG: each may run when its `depends` may hold for some ends of what it names. */
export function analyzeDag({
  tasks,
  target
}: NonNullable<Template["dag"]>, scene: Scene): Analysis {
  if (stryMutAct_9fa48("1147")) {
    {}
  } else {
    stryCov_9fa48("1147");
    const ends = new Map<DAGTask, {
      outcomes: Outcomes;
      starts: boolean;
    }>();
    for (let changed = stryMutAct_9fa48("1148") ? false : (stryCov_9fa48("1148"), true); stryMutAct_9fa48("1149") ? false : (stryCov_9fa48("1149"), changed);) {
      if (stryMutAct_9fa48("1150")) {
        {}
      } else {
        stryCov_9fa48("1150");
        changed = stryMutAct_9fa48("1151") ? true : (stryCov_9fa48("1151"), false);
        for (const task of tasks) {
          if (stryMutAct_9fa48("1152")) {
            {}
          } else {
            stryCov_9fa48("1152");
            const before = stryMutAct_9fa48("1153") ? ends.get(task)?.outcomes.size && 0 : (stryCov_9fa48("1153"), (stryMutAct_9fa48("1154") ? ends.get(task).outcomes.size : (stryCov_9fa48("1154"), ends.get(task)?.outcomes.size)) ?? 0);
            const end = endOfTask(task, tasks, ends, scene);
            ends.set(task, end);
            stryMutAct_9fa48("1155") ? changed &&= end.outcomes.size > before : (stryCov_9fa48("1155"), changed ||= stryMutAct_9fa48("1159") ? end.outcomes.size <= before : stryMutAct_9fa48("1158") ? end.outcomes.size >= before : stryMutAct_9fa48("1157") ? false : stryMutAct_9fa48("1156") ? true : (stryCov_9fa48("1156", "1157", "1158", "1159"), end.outcomes.size > before));
          }
        }
      }
    }
    const outcomesOf = stryMutAct_9fa48("1160") ? () => undefined : (stryCov_9fa48("1160"), (() => {
      const outcomesOf = (task: DAGTask): Outcomes => stryMutAct_9fa48("1161") ? ends.get(task)?.outcomes && new Set() : (stryCov_9fa48("1161"), (stryMutAct_9fa48("1162") ? ends.get(task).outcomes : (stryCov_9fa48("1162"), ends.get(task)?.outcomes)) ?? new Set());
      return outcomesOf;
    })());
    const targets = targetsOf(tasks, target);
    const succeeds = stryMutAct_9fa48("1163") ? targets.some(task => mayPass(task, tasks, outcomesOf)) : (stryCov_9fa48("1163"), targets.every(stryMutAct_9fa48("1164") ? () => undefined : (stryCov_9fa48("1164"), task => mayPass(task, tasks, outcomesOf))));
    return stryMutAct_9fa48("1165") ? {} : (stryCov_9fa48("1165"), {
      outcomes: new Set(succeeds ? stryMutAct_9fa48("1166") ? [] : (stryCov_9fa48("1166"), [stryMutAct_9fa48("1167") ? "" : (stryCov_9fa48("1167"), "Succeeded"), stryMutAct_9fa48("1168") ? "" : (stryCov_9fa48("1168"), "Failed")]) : stryMutAct_9fa48("1169") ? [] : (stryCov_9fa48("1169"), [stryMutAct_9fa48("1170") ? "" : (stryCov_9fa48("1170"), "Failed")])),
      reached: tasks.map(stryMutAct_9fa48("1171") ? () => undefined : (stryCov_9fa48("1171"), (call, index) => stryMutAct_9fa48("1172") ? {} : (stryCov_9fa48("1172"), {
        call,
        path: stryMutAct_9fa48("1173") ? [] : (stryCov_9fa48("1173"), [stryMutAct_9fa48("1174") ? "" : (stryCov_9fa48("1174"), "dag"), stryMutAct_9fa48("1175") ? "" : (stryCov_9fa48("1175"), "tasks"), index]),
        starts: stryMutAct_9fa48("1176") ? ends.get(call)?.starts && false : (stryCov_9fa48("1176"), (stryMutAct_9fa48("1177") ? ends.get(call).starts : (stryCov_9fa48("1177"), ends.get(call)?.starts)) ?? (stryMutAct_9fa48("1178") ? true : (stryCov_9fa48("1178"), false)))
      })))
    });
  }
}
function endOfCall(call: Call, scene: Scene): {
  outcomes: Outcomes;
  starts: boolean;
} {
  if (stryMutAct_9fa48("1179")) {
    {}
  } else {
    stryCov_9fa48("1179");
    const {
      mayBeTrue,
      mayBeFalse
    } = truthOf(call.when, scene.known);
    const outcomes = new Set<Outcome>(stryMutAct_9fa48("1180") ? [] : (stryCov_9fa48("1180"), [stryMutAct_9fa48("1181") ? "" : (stryCov_9fa48("1181"), "Failed")]));
    if (stryMutAct_9fa48("1183") ? false : stryMutAct_9fa48("1182") ? true : (stryCov_9fa48("1182", "1183"), mayBeTrue)) for (const outcome of scene.endsOf(call)) outcomes.add(outcome);
    if (stryMutAct_9fa48("1185") ? false : stryMutAct_9fa48("1184") ? true : (stryCov_9fa48("1184", "1185"), mayBeFalse)) outcomes.add(stryMutAct_9fa48("1186") ? "" : (stryCov_9fa48("1186"), "Skipped"));
    if (stryMutAct_9fa48("1188") ? false : stryMutAct_9fa48("1187") ? true : (stryCov_9fa48("1187", "1188"), isLoop(call))) {
      if (stryMutAct_9fa48("1189")) {
        {}
      } else {
        stryCov_9fa48("1189");
        if (stryMutAct_9fa48("1192") ? false : stryMutAct_9fa48("1191") ? true : stryMutAct_9fa48("1190") ? hasItems(call) : (stryCov_9fa48("1190", "1191", "1192"), !hasItems(call))) outcomes.add(stryMutAct_9fa48("1193") ? "" : (stryCov_9fa48("1193"), "Skipped"));
        // The group of a loop succeeds when its items were skipped, or may fail.
        if (stryMutAct_9fa48("1196") ? outcomes.has("Skipped") && continues(call) : stryMutAct_9fa48("1195") ? false : stryMutAct_9fa48("1194") ? true : (stryCov_9fa48("1194", "1195", "1196"), outcomes.has(stryMutAct_9fa48("1197") ? "" : (stryCov_9fa48("1197"), "Skipped")) || continues(call))) outcomes.add(stryMutAct_9fa48("1198") ? "" : (stryCov_9fa48("1198"), "Succeeded"));
      }
    }
    return stryMutAct_9fa48("1199") ? {} : (stryCov_9fa48("1199"), {
      outcomes,
      starts: mayBeTrue
    });
  }
}
function endOfTask(task: DAGTask, tasks: readonly DAGTask[], ends: ReadonlyMap<DAGTask, {
  outcomes: Outcomes;
}>, scene: Scene): {
  outcomes: Outcomes;
  starts: boolean;
} {
  if (stryMutAct_9fa48("1200")) {
    {}
  } else {
    stryCov_9fa48("1200");
    const {
      mayBeTrue,
      mayBeFalse
    } = dependsTruth(task, tasks, ends);
    const end = mayBeTrue ? endOfCall(task, scene) : stryMutAct_9fa48("1201") ? {} : (stryCov_9fa48("1201"), {
      outcomes: new Set<Outcome>(),
      starts: stryMutAct_9fa48("1202") ? true : (stryCov_9fa48("1202"), false)
    });
    return mayBeFalse ? stryMutAct_9fa48("1203") ? {} : (stryCov_9fa48("1203"), {
      ...end,
      outcomes: new Set(stryMutAct_9fa48("1204") ? [] : (stryCov_9fa48("1204"), [...end.outcomes, stryMutAct_9fa48("1205") ? "" : (stryCov_9fa48("1205"), "Omitted")]))
    }) : end;
  }
}
const mostCombinations = 4096;
function dependsTruth(task: DAGTask, tasks: readonly DAGTask[], ends: ReadonlyMap<DAGTask, {
  outcomes: Outcomes;
}>): {
  mayBeTrue: boolean;
  mayBeFalse: boolean;
} {
  if (stryMutAct_9fa48("1206")) {
    {}
  } else {
    stryCov_9fa48("1206");
    const find = stryMutAct_9fa48("1207") ? () => undefined : (stryCov_9fa48("1207"), (() => {
      const find = (name: string) => tasks.find(stryMutAct_9fa48("1208") ? () => undefined : (stryCov_9fa48("1208"), other => stryMutAct_9fa48("1211") ? other.name !== name : stryMutAct_9fa48("1210") ? false : stryMutAct_9fa48("1209") ? true : (stryCov_9fa48("1209", "1210", "1211"), other.name === name)));
      return find;
    })());
    const either = stryMutAct_9fa48("1212") ? {} : (stryCov_9fa48("1212"), {
      mayBeTrue: stryMutAct_9fa48("1213") ? false : (stryCov_9fa48("1213"), true),
      mayBeFalse: stryMutAct_9fa48("1214") ? false : (stryCov_9fa48("1214"), true)
    });
    try {
      if (stryMutAct_9fa48("1215")) {
        {}
      } else {
        stryCov_9fa48("1215");
        const depends = dependsOf(task, stryMutAct_9fa48("1216") ? () => undefined : (stryCov_9fa48("1216"), name => stryMutAct_9fa48("1217") ? find(name).continueOn : (stryCov_9fa48("1217"), find(name)?.continueOn)));
        let worlds: ReadonlyMap<string, TaskResult>[] = stryMutAct_9fa48("1218") ? [] : (stryCov_9fa48("1218"), [new Map()]);
        for (const name of depends.tasks) {
          if (stryMutAct_9fa48("1219")) {
            {}
          } else {
            stryCov_9fa48("1219");
            const same = stryMutAct_9fa48("1220") ? tasks : (stryCov_9fa48("1220"), tasks.filter(stryMutAct_9fa48("1221") ? () => undefined : (stryCov_9fa48("1221"), other => stryMutAct_9fa48("1224") ? other.name !== name : stryMutAct_9fa48("1223") ? false : stryMutAct_9fa48("1222") ? true : (stryCov_9fa48("1222", "1223", "1224"), other.name === name))));
            const [dependency] = same;
            if (stryMutAct_9fa48("1227") ? dependency === undefined && same.length > 1 : stryMutAct_9fa48("1226") ? false : stryMutAct_9fa48("1225") ? true : (stryCov_9fa48("1225", "1226", "1227"), (stryMutAct_9fa48("1229") ? dependency !== undefined : stryMutAct_9fa48("1228") ? false : (stryCov_9fa48("1228", "1229"), dependency === undefined)) || (stryMutAct_9fa48("1232") ? same.length <= 1 : stryMutAct_9fa48("1231") ? same.length >= 1 : stryMutAct_9fa48("1230") ? false : (stryCov_9fa48("1230", "1231", "1232"), same.length > 1)))) return either;
            const results = resultsOf(dependency, stryMutAct_9fa48("1233") ? ends.get(dependency)?.outcomes && new Set() : (stryCov_9fa48("1233"), (stryMutAct_9fa48("1234") ? ends.get(dependency).outcomes : (stryCov_9fa48("1234"), ends.get(dependency)?.outcomes)) ?? new Set()));
            worlds = worlds.flatMap(stryMutAct_9fa48("1235") ? () => undefined : (stryCov_9fa48("1235"), world => results.map(stryMutAct_9fa48("1236") ? () => undefined : (stryCov_9fa48("1236"), result => new Map(world).set(name, result)))));
            if (stryMutAct_9fa48("1240") ? worlds.length <= mostCombinations : stryMutAct_9fa48("1239") ? worlds.length >= mostCombinations : stryMutAct_9fa48("1238") ? false : stryMutAct_9fa48("1237") ? true : (stryCov_9fa48("1237", "1238", "1239", "1240"), worlds.length > mostCombinations)) return either;
          }
        }
        const truths = worlds.map(stryMutAct_9fa48("1241") ? () => undefined : (stryCov_9fa48("1241"), world => depends.evaluate(stryMutAct_9fa48("1242") ? () => undefined : (stryCov_9fa48("1242"), name => stryMutAct_9fa48("1243") ? world.get(name) && none : (stryCov_9fa48("1243"), world.get(name) ?? none)))));
        return stryMutAct_9fa48("1244") ? {} : (stryCov_9fa48("1244"), {
          mayBeTrue: truths.includes(stryMutAct_9fa48("1245") ? false : (stryCov_9fa48("1245"), true)),
          mayBeFalse: truths.includes(stryMutAct_9fa48("1246") ? true : (stryCov_9fa48("1246"), false))
        });
      }
    } catch {
      if (stryMutAct_9fa48("1247")) {
        {}
      } else {
        stryCov_9fa48("1247");
        return either;
      }
    }
  }
}
const none: TaskResult = stryMutAct_9fa48("1248") ? {} : (stryCov_9fa48("1248"), {
  Succeeded: stryMutAct_9fa48("1249") ? true : (stryCov_9fa48("1249"), false),
  Failed: stryMutAct_9fa48("1250") ? true : (stryCov_9fa48("1250"), false),
  Errored: stryMutAct_9fa48("1251") ? true : (stryCov_9fa48("1251"), false),
  Skipped: stryMutAct_9fa48("1252") ? true : (stryCov_9fa48("1252"), false),
  Omitted: stryMutAct_9fa48("1253") ? true : (stryCov_9fa48("1253"), false),
  Daemoned: stryMutAct_9fa48("1254") ? true : (stryCov_9fa48("1254"), false),
  AnySucceeded: stryMutAct_9fa48("1255") ? true : (stryCov_9fa48("1255"), false),
  AllFailed: stryMutAct_9fa48("1256") ? true : (stryCov_9fa48("1256"), false)
});

/** Every result that a task with these outcomes may show to `depends`; a loop also tells of its items. */
function resultsOf(task: DAGTask, outcomes: Outcomes): TaskResult[] {
  if (stryMutAct_9fa48("1257")) {
    {}
  } else {
    stryCov_9fa48("1257");
    const results = (stryMutAct_9fa48("1258") ? [] : (stryCov_9fa48("1258"), [...outcomes])).flatMap(stryMutAct_9fa48("1259") ? () => undefined : (stryCov_9fa48("1259"), (outcome): TaskResult[] => (stryMutAct_9fa48("1262") ? outcome !== "Failed" : stryMutAct_9fa48("1261") ? false : stryMutAct_9fa48("1260") ? true : (stryCov_9fa48("1260", "1261", "1262"), outcome === (stryMutAct_9fa48("1263") ? "" : (stryCov_9fa48("1263"), "Failed")))) ? stryMutAct_9fa48("1264") ? [] : (stryCov_9fa48("1264"), [stryMutAct_9fa48("1265") ? {} : (stryCov_9fa48("1265"), {
      ...none,
      Failed: stryMutAct_9fa48("1266") ? false : (stryCov_9fa48("1266"), true)
    }), stryMutAct_9fa48("1267") ? {} : (stryCov_9fa48("1267"), {
      ...none,
      Errored: stryMutAct_9fa48("1268") ? false : (stryCov_9fa48("1268"), true)
    })]) : stryMutAct_9fa48("1269") ? [] : (stryCov_9fa48("1269"), [stryMutAct_9fa48("1270") ? {} : (stryCov_9fa48("1270"), {
      ...none,
      [outcome]: stryMutAct_9fa48("1271") ? false : (stryCov_9fa48("1271"), true)
    })])));
    if (stryMutAct_9fa48("1274") ? false : stryMutAct_9fa48("1273") ? true : stryMutAct_9fa48("1272") ? isLoop(task) : (stryCov_9fa48("1272", "1273", "1274"), !isLoop(task))) return results;
    const some = outcomes.has(stryMutAct_9fa48("1275") ? "" : (stryCov_9fa48("1275"), "Succeeded")) ? stryMutAct_9fa48("1276") ? [] : (stryCov_9fa48("1276"), [stryMutAct_9fa48("1277") ? false : (stryCov_9fa48("1277"), true), stryMutAct_9fa48("1278") ? true : (stryCov_9fa48("1278"), false)]) : stryMutAct_9fa48("1279") ? [] : (stryCov_9fa48("1279"), [stryMutAct_9fa48("1280") ? true : (stryCov_9fa48("1280"), false)]);
    return results.flatMap(stryMutAct_9fa48("1281") ? () => undefined : (stryCov_9fa48("1281"), result => some.flatMap(stryMutAct_9fa48("1282") ? () => undefined : (stryCov_9fa48("1282"), AnySucceeded => (stryMutAct_9fa48("1283") ? [] : (stryCov_9fa48("1283"), [stryMutAct_9fa48("1284") ? false : (stryCov_9fa48("1284"), true), stryMutAct_9fa48("1285") ? true : (stryCov_9fa48("1285"), false)])).map(stryMutAct_9fa48("1286") ? () => undefined : (stryCov_9fa48("1286"), AllFailed => stryMutAct_9fa48("1287") ? {} : (stryCov_9fa48("1287"), {
      ...result,
      AnySucceeded,
      AllFailed
    })))))));
  }
}
function isLoop({
  withItems,
  withParam,
  withSequence
}: Call): boolean {
  if (stryMutAct_9fa48("1288")) {
    {}
  } else {
    stryCov_9fa48("1288");
    return stryMutAct_9fa48("1291") ? (withItems ?? withParam ?? withSequence) === undefined : stryMutAct_9fa48("1290") ? false : stryMutAct_9fa48("1289") ? true : (stryCov_9fa48("1289", "1290", "1291"), (stryMutAct_9fa48("1292") ? (withItems ?? withParam) && withSequence : (stryCov_9fa48("1292"), (stryMutAct_9fa48("1293") ? withItems && withParam : (stryCov_9fa48("1293"), withItems ?? withParam)) ?? withSequence)) !== undefined);
  }
}

/** A list that is written out has its items whatever happens. */
function hasItems({
  withItems
}: Call): boolean {
  if (stryMutAct_9fa48("1294")) {
    {}
  } else {
    stryCov_9fa48("1294");
    return stryMutAct_9fa48("1297") ? Array.isArray(withItems) || withItems.length > 0 : stryMutAct_9fa48("1296") ? false : stryMutAct_9fa48("1295") ? true : (stryCov_9fa48("1295", "1296", "1297"), Array.isArray(withItems) && (stryMutAct_9fa48("1300") ? withItems.length <= 0 : stryMutAct_9fa48("1299") ? withItems.length >= 0 : stryMutAct_9fa48("1298") ? true : (stryCov_9fa48("1298", "1299", "1300"), withItems.length > 0)));
  }
}
function continues({
  continueOn
}: Call): boolean {
  if (stryMutAct_9fa48("1301")) {
    {}
  } else {
    stryCov_9fa48("1301");
    return stryMutAct_9fa48("1304") ? continueOn?.failed === true && continueOn?.error === true : stryMutAct_9fa48("1303") ? false : stryMutAct_9fa48("1302") ? true : (stryCov_9fa48("1302", "1303", "1304"), (stryMutAct_9fa48("1306") ? continueOn?.failed !== true : stryMutAct_9fa48("1305") ? false : (stryCov_9fa48("1305", "1306"), (stryMutAct_9fa48("1307") ? continueOn.failed : (stryCov_9fa48("1307"), continueOn?.failed)) === (stryMutAct_9fa48("1308") ? false : (stryCov_9fa48("1308"), true)))) || (stryMutAct_9fa48("1310") ? continueOn?.error !== true : stryMutAct_9fa48("1309") ? false : (stryCov_9fa48("1309", "1310"), (stryMutAct_9fa48("1311") ? continueOn.error : (stryCov_9fa48("1311"), continueOn?.error)) === (stryMutAct_9fa48("1312") ? false : (stryCov_9fa48("1312"), true)))));
  }
}
function passes(outcomes: Outcomes, call: Call): boolean {
  if (stryMutAct_9fa48("1313")) {
    {}
  } else {
    stryCov_9fa48("1313");
    return stryMutAct_9fa48("1316") ? (outcomes.has("Succeeded") || outcomes.has("Skipped")) && outcomes.has("Failed") && continues(call) : stryMutAct_9fa48("1315") ? false : stryMutAct_9fa48("1314") ? true : (stryCov_9fa48("1314", "1315", "1316"), (stryMutAct_9fa48("1318") ? outcomes.has("Succeeded") && outcomes.has("Skipped") : stryMutAct_9fa48("1317") ? false : (stryCov_9fa48("1317", "1318"), outcomes.has(stryMutAct_9fa48("1319") ? "" : (stryCov_9fa48("1319"), "Succeeded")) || outcomes.has(stryMutAct_9fa48("1320") ? "" : (stryCov_9fa48("1320"), "Skipped")))) || (stryMutAct_9fa48("1322") ? outcomes.has("Failed") || continues(call) : stryMutAct_9fa48("1321") ? false : (stryCov_9fa48("1321", "1322"), outcomes.has(stryMutAct_9fa48("1323") ? "" : (stryCov_9fa48("1323"), "Failed")) && continues(call))));
  }
}
function targetsOf(tasks: readonly DAGTask[], target: string | undefined): DAGTask[] {
  if (stryMutAct_9fa48("1324")) {
    {}
  } else {
    stryCov_9fa48("1324");
    if (stryMutAct_9fa48("1327") ? target !== undefined || target.trim() !== "" : stryMutAct_9fa48("1326") ? false : stryMutAct_9fa48("1325") ? true : (stryCov_9fa48("1325", "1326", "1327"), (stryMutAct_9fa48("1329") ? target === undefined : stryMutAct_9fa48("1328") ? true : (stryCov_9fa48("1328", "1329"), target !== undefined)) && (stryMutAct_9fa48("1331") ? target.trim() === "" : stryMutAct_9fa48("1330") ? true : (stryCov_9fa48("1330", "1331"), (stryMutAct_9fa48("1332") ? target : (stryCov_9fa48("1332"), target.trim())) !== (stryMutAct_9fa48("1333") ? "Stryker was here!" : (stryCov_9fa48("1333"), "")))))) {
      if (stryMutAct_9fa48("1334")) {
        {}
      } else {
        stryCov_9fa48("1334");
        const named = stryMutAct_9fa48("1335") ? target.split(/\s+/) : (stryCov_9fa48("1335"), target.trim().split(stryMutAct_9fa48("1337") ? /\S+/ : stryMutAct_9fa48("1336") ? /\s/ : (stryCov_9fa48("1336", "1337"), /\s+/)));
        return stryMutAct_9fa48("1338") ? tasks : (stryCov_9fa48("1338"), tasks.filter(stryMutAct_9fa48("1339") ? () => undefined : (stryCov_9fa48("1339"), ({
          name
        }) => named.includes(name))));
      }
    }
    const needed = new Set(tasks.flatMap(stryMutAct_9fa48("1340") ? () => undefined : (stryCov_9fa48("1340"), task => dependencies(task))));
    return stryMutAct_9fa48("1341") ? tasks : (stryCov_9fa48("1341"), tasks.filter(stryMutAct_9fa48("1342") ? () => undefined : (stryCov_9fa48("1342"), ({
      name
    }) => stryMutAct_9fa48("1343") ? needed.has(name) : (stryCov_9fa48("1343"), !needed.has(name)))));
  }
}
function dependencies(task: DAGTask): string[] {
  if (stryMutAct_9fa48("1344")) {
    {}
  } else {
    stryCov_9fa48("1344");
    try {
      if (stryMutAct_9fa48("1345")) {
        {}
      } else {
        stryCov_9fa48("1345");
        return dependsOf(task, () => undefined).tasks;
      }
    } catch {
      if (stryMutAct_9fa48("1346")) {
        {}
      } else {
        stryCov_9fa48("1346");
        return stryMutAct_9fa48("1347") ? ["Stryker was here"] : (stryCov_9fa48("1347"), []);
      }
    }
  }
}

/** As Argo ends a DAG: a target that was skipped or omitted counts as what leads to it. */
function mayPass(task: DAGTask, tasks: readonly DAGTask[], outcomesOf: (task: DAGTask) => Outcomes): boolean {
  if (stryMutAct_9fa48("1348")) {
    {}
  } else {
    stryCov_9fa48("1348");
    return stryMutAct_9fa48("1351") ? continues(task) && mayBranch(task, tasks, outcomesOf, new Set()) : stryMutAct_9fa48("1350") ? false : stryMutAct_9fa48("1349") ? true : (stryCov_9fa48("1349", "1350", "1351"), continues(task) || mayBranch(task, tasks, outcomesOf, new Set()));
  }
}
function mayBranch(task: DAGTask, tasks: readonly DAGTask[], outcomesOf: (task: DAGTask) => Outcomes, above: Set<DAGTask>): boolean {
  if (stryMutAct_9fa48("1352")) {
    {}
  } else {
    stryCov_9fa48("1352");
    const outcomes = outcomesOf(task);
    if (stryMutAct_9fa48("1354") ? false : stryMutAct_9fa48("1353") ? true : (stryCov_9fa48("1353", "1354"), outcomes.has(stryMutAct_9fa48("1355") ? "" : (stryCov_9fa48("1355"), "Succeeded")))) return stryMutAct_9fa48("1356") ? false : (stryCov_9fa48("1356"), true);
    if (stryMutAct_9fa48("1359") ? !outcomes.has("Skipped") || !outcomes.has("Omitted") : stryMutAct_9fa48("1358") ? false : stryMutAct_9fa48("1357") ? true : (stryCov_9fa48("1357", "1358", "1359"), (stryMutAct_9fa48("1360") ? outcomes.has("Skipped") : (stryCov_9fa48("1360"), !outcomes.has(stryMutAct_9fa48("1361") ? "" : (stryCov_9fa48("1361"), "Skipped")))) && (stryMutAct_9fa48("1362") ? outcomes.has("Omitted") : (stryCov_9fa48("1362"), !outcomes.has(stryMutAct_9fa48("1363") ? "" : (stryCov_9fa48("1363"), "Omitted")))))) return stryMutAct_9fa48("1364") ? true : (stryCov_9fa48("1364"), false);
    if (stryMutAct_9fa48("1366") ? false : stryMutAct_9fa48("1365") ? true : (stryCov_9fa48("1365", "1366"), above.has(task))) return stryMutAct_9fa48("1367") ? false : (stryCov_9fa48("1367"), true);
    const below = new Set(above).add(task);
    return stryMutAct_9fa48("1368") ? dependencies(task).some(name => {
      const dependency = tasks.find(other => other.name === name);
      return dependency === undefined || mayBranch(dependency, tasks, outcomesOf, below);
    }) : (stryCov_9fa48("1368"), dependencies(task).every(name => {
      if (stryMutAct_9fa48("1369")) {
        {}
      } else {
        stryCov_9fa48("1369");
        const dependency = tasks.find(stryMutAct_9fa48("1370") ? () => undefined : (stryCov_9fa48("1370"), other => stryMutAct_9fa48("1373") ? other.name !== name : stryMutAct_9fa48("1372") ? false : stryMutAct_9fa48("1371") ? true : (stryCov_9fa48("1371", "1372", "1373"), other.name === name)));
        return stryMutAct_9fa48("1376") ? dependency === undefined && mayBranch(dependency, tasks, outcomesOf, below) : stryMutAct_9fa48("1375") ? false : stryMutAct_9fa48("1374") ? true : (stryCov_9fa48("1374", "1375", "1376"), (stryMutAct_9fa48("1378") ? dependency !== undefined : stryMutAct_9fa48("1377") ? false : (stryCov_9fa48("1377", "1378"), dependency === undefined)) || mayBranch(dependency, tasks, outcomesOf, below));
      }
    }));
  }
}