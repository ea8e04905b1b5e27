import { describe, expect, it } from 'vitest';
import {
  createContainer,
  provide,
  resolve,
  token,
} from '../../../src/platform/container/container.ts';

const NUMBER = token<number>('number');
const TEXT = token<string>('text');

describe('the container', () => {
  it('makes a value when it is first asked for, and only once', () => {
    const container = createContainer();
    let made = 0;
    provide(container, NUMBER, () => (made += 1));
    expect(made).toBe(0);
    expect([resolve(container, NUMBER), resolve(container, NUMBER)]).toEqual([1, 1]);
  });

  it('gives a child what its parent has, and a sibling nothing', () => {
    const parent = createContainer();
    provide(parent, NUMBER, () => 7);
    const child = parent.createChildContainer();
    const sibling = parent.createChildContainer();
    provide(child, TEXT, (container) => `seven is ${resolve(container, NUMBER)}`);
    expect(resolve(child, TEXT)).toBe('seven is 7');
    expect(() => resolve(sibling, TEXT)).toThrow(/unregistered/);
  });

  it('keeps containers of two apps apart', () => {
    const one = createContainer();
    provide(one, NUMBER, () => 1);
    expect(() => resolve(createContainer(), NUMBER)).toThrow(/unregistered/);
  });
});
