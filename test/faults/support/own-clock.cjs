'use strict';
// Gives a process a host clock of its own: node --require own-clock.cjs. Of the processes that share
// FAULT_CLOCKS_DIR, the n-th to start is off by the n-th number of FAULT_CLOCKS_MS.
const { mkdirSync } = require('node:fs');
const { join } = require('node:path');

const { FAULT_CLOCKS_DIR: folder, FAULT_CLOCKS_MS: offsets } = process.env;

const offMs = offsets.split(',').map(Number).find(isMine);
if (offMs === undefined) throw new Error('there are more processes than clocks');

/** Of two processes that start at the same moment, one makes the folder. */
function isMine(offset) {
  try {
    mkdirSync(join(folder, String(offset)));
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  }
}

const HostDate = Date;

globalThis.Date = class Date extends HostDate {
  constructor(...args) {
    if (args.length === 0) super(Date.now());
    else super(...args);
  }

  static now() {
    return HostDate.now() + offMs;
  }
};
