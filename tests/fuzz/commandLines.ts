import { CHECKPOINTS, GZIPS, JSONS, TEXTS, type Hostile } from './corpus';

/** The command lines of the campaign, as words with blanks between. They run in a copy of `makeCommandFolder`. */

/** Commands with FILE in the place of a file that may be anybody's; `-` reads it from standard input. */
export const OF_FILES: readonly string[] = [
  'check FILE',
  'check FILE --markdown',
  'check FILE --json',
  'check FILE --github --junit junit.xml',
  'check FILE run --study study --sequential',
  'check FILE --study study --data ./tiny --condition lr=0.01 --seed 1',
  'check FILE --study trainer',
  'check -',
  'init FILE --out new',
  'init FILE --template epoch={epoch},loss={loss} --out new',
  'init --modules FILE --data ./tiny --out new',
  'bands FILE --condition lr=0.01 --out bands.json',
  'bands FILE --study trainer',
  'compare FILE run',
  'compare run FILE --study study',
  'compare run.log FILE --study study --paired --condition lr=0.01',
  'equivalence FILE',
  'equivalence FILE --study trainer',
  'audit FILE --html page.html',
  'audit FILE --markdown',
  'audit FILE --json',
  'audit FILE --full --junit junit.xml --claims-template claims.json',
  'audit report.txt --study study --claims FILE',
  'alternatives FILE',
  'alternatives FILE --study study --data ./tiny --seeds 1..2 --out readings',
  'find-seed --log FILE --range 0..0 --data synthetic',
  'find-seed --log FILE --lr 0.01 --range 0..9 --study study --data ./tiny',
  'run --lr 0.1 --study FILE',
  'run --lr 0.1 --data synthetic --init FILE',
  'run --resume FILE --study study --data ./tiny',
  'eval FILE',
  'eval FILE --study study --data ./tiny',
  'verify FILE --data synthetic',
  'verify run --study study --data ./tiny --init FILE',
  'data verify FILE',
  'data list FILE --sheet sheet.png',
];

/** Commands that read a file of a folder of theirs, in whose place the hostile one is. */
export const OF_FOLDERS: Readonly<
  Record<string, { readonly files: readonly Hostile[]; readonly commands: readonly string[] }>
> = {
  'study/study.json': {
    files: JSONS,
    commands: [
      'check run.log --study study',
      'power --study study',
      'sweep --study study --data ./tiny --seeds 1',
    ],
  },
  'assay/study.json': { files: JSONS, commands: ['check run.log', 'audit', 'power'] },
  'study/experiment.json': {
    files: JSONS,
    commands: ['reproduce --study study --data ./tiny --out new', 'check run --study study'],
  },
  'study/readings.json': {
    files: JSONS,
    commands: ['alternatives report.txt --study study --data ./tiny --seeds 1..2 --out readings'],
  },
  'study/golden/bands/tiny.json': {
    files: JSONS,
    commands: [
      'check run run.log --study study',
      'power --study study --sets 2',
      'audit report.txt --study study',
    ],
  },
  'study/golden/ensembles/tiny/runs.jsonl': {
    files: JSONS,
    commands: [
      'bands --study study --data tiny',
      'power --study study --sets 2',
      'check run run.log --study study --condition lr=0.01',
      'check run run.log --study study --condition lr=0.01 --sequential',
      'equivalence run.log --study study',
      'sweep --study study --data ./tiny --seeds 1..21 --lrs 0.01',
    ],
  },
  'study/golden/manifest.json': {
    files: JSONS,
    commands: [
      'golden verify --study study --data ./tiny --length short',
      'golden record --study study --data ./tiny --length short --reason why',
    ],
  },
  'study/golden/runs/tiny/tiny-lr0.01-short/run.json': {
    files: JSONS,
    commands: ['golden verify --study study --data ./tiny --length short'],
  },
  'trainer/study.json': {
    files: JSONS,
    commands: [
      'sweep --study trainer --seeds 1..2 --out new',
      'check run.log --study trainer',
      'bands run.log --study trainer',
    ],
  },
  'trainer/golden/ensembles/logs/runs.jsonl': {
    files: JSONS,
    commands: [
      'power --study trainer --sets 2',
      'check trainer/golden/runs/seed1 trainer/golden/runs/seed2 --study trainer',
      'equivalence trainer/golden/runs/seed1 --study trainer',
    ],
  },
  'trainer/golden/bands/logs.json': {
    files: JSONS,
    commands: ['check trainer/golden/runs/seed1 --study trainer'],
  },
  'trainer/golden/faults/logs/runs.jsonl': {
    files: JSONS,
    commands: ['power --study trainer --sets 2 --picture power.png'],
  },
  'trainer/golden/runs/seed1/output.log': {
    files: TEXTS,
    commands: [
      'check trainer/golden/runs/seed1 --study trainer',
      'init trainer/golden/runs/seed1 trainer/golden/runs/seed2',
    ],
  },
  'reported/report.txt': { files: TEXTS, commands: ['audit --study reported'] },
  'reported/claims.json': { files: JSONS, commands: ['audit --study reported --html page.html'] },
  'reported/rules.json': { files: JSONS, commands: ['audit --study reported --markdown'] },
  'reported/golden/searches/lr-experiment-torch.json': { files: JSONS, commands: ['audit --study reported'] },
  'reported/golden/manifest.json': { files: JSONS, commands: ['audit --study reported'] },
  'reported/golden/readings/mnist/sgd/runs.jsonl': {
    files: JSONS,
    commands: ['alternatives reported/report.txt --study reported --seeds 1..8 --epochs 1'],
  },
  'reported/golden/pairs/mnist.json': {
    files: JSONS,
    commands: ['compare A.log B.log --paired --study reported --condition lr=0.001'],
  },
  'reported/golden/rounding/digit-classifier.json': {
    files: JSONS,
    commands: ['compare A.log B.log --paired --study reported --condition lr=0.001'],
  },
  'run/run.json': {
    files: JSONS,
    commands: [
      'verify run --study study --data ./tiny',
      'compare run stopped --study study',
      'check run --study study',
    ],
  },
  'trace.json': { files: JSONS, commands: ['compare run trace.json --study study'] },
  'stopped/checkpoint.safetensors': {
    files: [...CHECKPOINTS, ...JSONS],
    commands: ['run --resume stopped --study study --data ./tiny'],
  },
  'stopped/run.json': { files: JSONS, commands: ['run --resume stopped --study study --data ./tiny'] },
  'stopped/train.log': { files: TEXTS, commands: ['run --resume stopped --study study --data ./tiny'] },
  'stopped/.assay.lock': { files: TEXTS, commands: ['run --resume stopped --study study --data ./tiny'] },
  'swept/runs.jsonl': {
    files: JSONS,
    commands: ['sweep --study study --data ./tiny --seeds 1..3 --out swept'],
  },
  'swept/journal.jsonl': {
    files: [...TEXTS, ...JSONS],
    commands: ['sweep --study study --data ./tiny --seeds 1..3 --out swept'],
  },
  'swept/journal.jsonl.lock': {
    files: TEXTS,
    commands: ['sweep --study study --data ./tiny --seeds 1..3 --out swept'],
  },
  'searched/journal.jsonl': {
    files: [...TEXTS, ...JSONS],
    commands: ['find-seed --loss 1.234567 --range 0..249 --study study --data ./tiny --out searched'],
  },
  'searched/.unfinished/seed1-0.pid': {
    files: [...TEXTS, ...JSONS],
    commands: ['sweep --study trainer --seeds 1 --out searched'],
  },
  'tiny/train-images-idx3-ubyte': {
    files: GZIPS,
    commands: [
      'data verify ./tiny',
      'data list ./tiny --sheet sheet.png',
      'run --lr 0.1 --study study --data ./tiny --out new',
    ],
  },
  'tiny/train-labels-idx1-ubyte': {
    files: GZIPS,
    commands: ['eval run/tiny_model.pth --study study --data ./tiny'],
  },
  'cache/synthetic/t10k-images-idx3-ubyte': {
    files: GZIPS,
    commands: ['data verify synthetic', 'data list', 'data fetch synthetic'],
  },
};

/** Commands with NAME in the place of a path that somebody else chose. */
export const OF_NAMES: readonly string[] = [
  'check NAME',
  'check run.log --study NAME',
  'check run.log --junit NAME',
  'check run.log --condition NAME',
  'audit NAME',
  'audit report.txt --study study --html NAME',
  'audit report.txt --study study --claims NAME',
  'compare NAME run',
  'eval NAME',
  'verify NAME',
  'run --resume NAME',
  'run --lr 0.1 --study study --data NAME',
  'run --lr 0.1 --study study --data ./tiny --out NAME',
  'sweep --study study --data ./tiny --seeds 1 --out NAME',
  'init NAME',
  'init run.log --name NAME',
  'init run.log --out NAME',
  'bands run.log --out NAME',
  'power --study study --data NAME',
  'power --study study --sets 2 --picture NAME',
  'golden verify --study study --data NAME',
  'data list NAME',
  'worker --queue NAME',
  'help NAME',
  'completion NAME',
  'NAME',
];

export const NAMES: Readonly<Record<string, string>> = {
  nothing: '',
  blank: ' ',
  dash: '-',
  dashes: '--',
  steering: '\x1b[2J\x07\x9b31m\u202e\u2066\n',
  'half a character': '\udc00\ud800',
  'long name': 'a'.repeat(300),
  'long path': 'a/'.repeat(50_000),
  'up and up': '../'.repeat(1000),
  'no names of data': '__proto__',
  pattern: '(a+)+$',
  device: '/dev/full',
  process: '/proc/self/mem',
  folder: '.',
};
