import { styleStories } from '../demo-styles.ts';
import type { StyleStory } from './style-story.ts';

const SHARED_NOTES = 2;

const related = new Map(
  styleStories.map((style) => [
    style.key,
    styleStories
      .filter((other) => other !== style && sharedNotes(style, other) >= SHARED_NOTES)
      .map((other) => other.key),
  ]),
);

/** Styles that smell alike enough for one product to belong to both. */
export function relatedStyleKeys(key: string): readonly string[] {
  return related.get(key) ?? [];
}

function sharedNotes(one: StyleStory, other: StyleStory): number {
  const notes = new Set([...other.first, ...other.heart, ...other.last]);
  return [...one.first, ...one.heart, ...one.last].filter((note) => notes.has(note)).length;
}
