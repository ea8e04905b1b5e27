import { deepStyles } from './styles/deep.ts';
import { floralStyles } from './styles/floral.ts';
import { freshStyles } from './styles/fresh.ts';
import { softStyles } from './styles/soft.ts';
import type { StyleStory } from './styles/style-story.ts';

/** The stories behind the styles, from which products are made; in the order of `demoStyles`. */
export const styleStories: readonly StyleStory[] = [
  ...freshStyles,
  ...floralStyles,
  ...deepStyles,
  ...softStyles,
];

/** What the demonstration shop's products smell of. */
export const demoStyles: readonly { key: string; name: string }[] = styleStories.map(
  ({ key, name }) => ({ key, name }),
);
