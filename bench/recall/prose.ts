import { Random } from '../random.ts'

const WORDS =
  'the of and to in a is that for it as was with be by on not he his but at are this have from or had an they which one you were all her she there would their we him been has when who will no more if out so what up said about other into than them can only time new some could these two may first then do any like my now over such our man me even most made after also did many off before must well back through years where much your way down should because long each just state those people too mister how little good world make very year still see own work men day get here old life both between being under three never know same last another while us might great go come since against right came take used himself few house use during without again place around however home small found mrs thought went say part once general high upon school every'.split(
    ' ',
  )

/** Words with a text in their middle: the same words for every text. @param characters on each side, at least */
export function proseAround(text: string, characters: number): string {
  const random = new Random(`prose of ${characters}`)
  return `${prose(random, characters)} ${text} ${prose(random, characters)}`
}

function prose(random: Random, characters: number): string {
  let words = ''
  while (words.length < characters) words += `${words === '' ? '' : ' '}${WORDS[random.below(WORDS.length)]}`
  return words
}
