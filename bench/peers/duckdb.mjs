// duckdb.mjs <folder with node_modules> <old feed> <new feed>: reads both with typed columns and joins them by id.
import { createRequire } from 'node:module';

const [folder, before, after] = process.argv.slice(2);
const { DuckDBInstance } = createRequire(folder + '/')('@duckdb/node-api');

const columns = `{
  id: 'VARCHAR', title: 'VARCHAR', description: 'VARCHAR', brand: 'VARCHAR', category: 'STRUCT(main VARCHAR, sub VARCHAR)',
  colour: 'VARCHAR', price: 'DECIMAL(12, 2)', currency: 'VARCHAR', stock: 'INTEGER', ean: 'VARCHAR',
  attributes: 'STRUCT(weight DECIMAL(12, 3), fragile BOOLEAN, material VARCHAR)', tags: 'VARCHAR[]', url: 'VARCHAR', image: 'VARCHAR',
  updated: 'TIMESTAMP'
}`;
const feed = (path) =>
  `(select id, {t: title, d: description, b: brand, c: category, co: colour, p: price, cu: currency, s: stock, e: ean, a: attributes,
     tg: tags, u: url, i: image, up: updated} as rest
   from read_json('${path}', format = 'newline_delimited', columns = ${columns}))`;

const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
const result = await connection.runAndReadAll(`
  select count(*) filter (o.id is null) as added,
         count(*) filter (o.id is not null and n.id is not null and o.rest is distinct from n.rest) as changed,
         count(*) filter (n.id is null) as removed
  from ${feed(before)} o full join ${feed(after)} n on o.id = n.id`);
console.log(result.getRows()[0].join(' '));
