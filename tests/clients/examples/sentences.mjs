// What the metadata says of an error, for people.
/** The sentence of a contract's error, as dedot gives it, and of the error that it holds, if it does. */
export function sentences({ types, contract }, error) {
  const type = (id) => types.find((one) => one.id === id).type;
  const say = ({ def }, error) => {
    const name = typeof error === 'string' ? error : error.type;
    const { docs, fields = [] } = def.variant.variants.find((variant) => variant.name === name);
    const [inner] = fields.map((field) => type(field.type)).filter(({ def }) => def.variant);
    return [docs.join(' '), ...(inner ? say(inner, error.value) : [])];
  };
  const isError = ({ type: { path = [] } }) => path[0] === contract.name && path.at(-1) === 'Error';
  return say(types.find(isError).type, error);
}
